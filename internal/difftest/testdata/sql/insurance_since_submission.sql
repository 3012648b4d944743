with sent as materialized (
    select instalment_id, min(submitted_on) as first_on from rcm.claim where kind <> 'predetermination' group by instalment_id
)
select l.practice_id, d as day, l.location_id, l.payer_id,
    case when d - sent.first_on <= 30 then '0-30'
         when d - sent.first_on <= 60 then '31-60'
         when d - sent.first_on <= 90 then '61-90'
         when d - sent.first_on <= 120 then '91-120'
         when d - sent.first_on <= 180 then '121-180'
         else 'over 180' end as ageing,
    l.unpaid as numerator
from month_ends($1::date) as d
cross join lateral live_lines(d) l
join sent on sent.instalment_id = l.instalment_id
where l.payer_kind = 'insurance' and sent.first_on <= d
