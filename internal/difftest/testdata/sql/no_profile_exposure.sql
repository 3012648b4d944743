select b.practice_id, d as day, b.location_id,
    case when exists (select from rcm.payment_profile p
                      where p.account_id = b.account_id and p.active_from <= d and (p.active_to is null or p.active_to > d))
         then 0 else b.balance end as numerator,
    b.balance as denominator
from month_ends($1::date) as d
cross join lateral balances(d) b
where b.payer_kind = 'responsible_party' and b.balance > 0
