select b.practice_id, d as day, p.location_id, b.balance as numerator
from month_ends($1::date) as d
cross join lateral balances(d) b
join rcm.contract_account a on a.account_id = b.account_id
left join pms.patient p on p.patient_id = a.patient_id
where b.balance > 0
    and exists (select from pms.status_history s
                where s.patient_id = a.patient_id and s.status = 'retention'
                    and s.from_date <= d and (s.to_date is null or s.to_date > d))
