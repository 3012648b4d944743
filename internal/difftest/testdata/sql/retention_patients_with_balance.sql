select p.practice_id, d as day, p.location_id, 1 as numerator
from month_ends($1::date) as d
join pms.status_history s on s.status = 'retention' and s.from_date <= d and (s.to_date is null or s.to_date > d)
join pms.patient p on p.patient_id = s.patient_id
where exists (select from rcm.contract_account a
              where a.patient_id = s.patient_id
                  and (select sum(t.amount) from rcm.ledger_transaction t
                       where t.account_id = a.account_id and t.posting_date <= d) > 0)
