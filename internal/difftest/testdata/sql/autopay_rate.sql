select a.practice_id, d as day, c.location_id,
    case when exists (select from rcm.payment_profile p
                      where p.account_id = a.account_id and p.active_from <= d and (p.active_to is null or p.active_to > d))
         then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
join rcm.contract_account a on a.opened_on <= d and (a.closed_on is null or a.closed_on > d)
join rcm.contract c on c.contract_id = a.contract_id
where a.payer_kind = 'responsible_party' and c.payment_arrangement = 'in_house'
