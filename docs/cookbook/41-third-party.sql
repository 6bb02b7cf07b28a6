-- Where does a third party read another expenditure than is printed?
-- Sections by source of funding; a reference is trusted less than print.
-- documents: A/80/6 (Sect. 10), A/81/6 (Sect. 10), PPB 2026 expenditure in 2024 (USD), PPB 2027 expenditure in 2025 (USD)
SELECT printed.code, printed.funding_source_code, printed.fiscal_year, printed.amount_usd AS printed_usd,
    reference.amount_usd AS reference_usd, reference.amount_usd - printed.amount_usd AS difference_usd
FROM v_life_of_figure AS printed
JOIN v_life_of_figure AS reference USING (budget, code, funding_source_code, fiscal_year)
WHERE printed.step = 'spent' AND reference.step = 'reference'
ORDER BY printed.code, printed.funding_source_code, printed.fiscal_year
