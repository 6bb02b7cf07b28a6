-- One row per part of the programme budget, with the first and last number of its sections: a list used for
-- parts whose number no document of a release prints. Source: the table of appropriations in A/C.5/80/L.6, the same
-- since the proposed programme budget for 2020.
-- columns
-- part_code: Part, in Roman figures.
-- title: Title of the part, in English.
-- first_section: Number of its first section.
-- last_section: Number of its last section.
SELECT * FROM (VALUES
    ('I', 'Overall policymaking, direction and coordination', 1, 2),
    ('II', 'Political affairs', 3, 6),
    ('III', 'International justice and law', 7, 8),
    ('IV', 'International cooperation for development', 9, 17),
    ('V', 'Regional cooperation for development', 18, 23),
    ('VI', 'Human rights and humanitarian affairs', 24, 27),
    ('VII', 'Global communications', 28, 28),
    ('VIII', 'Common support services', 29, 29),
    ('IX', 'Internal oversight', 30, 30),
    ('X', 'Jointly financed administrative activities and special expenses', 31, 32),
    ('XI', 'Capital expenditures', 33, 33),
    ('XII', 'Safety and security', 34, 34),
    ('XIII', 'Development Account', 35, 35),
    ('XIV', 'Staff assessment', 36, 36)
) AS part(part_code, title, first_section, last_section)
