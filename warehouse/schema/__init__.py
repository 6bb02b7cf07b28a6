"""How tables are declared, and the DDL made from it; the tables themselves are in ``warehouse.tables``."""
