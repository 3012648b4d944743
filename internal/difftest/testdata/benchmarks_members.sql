-- Complete months of each practice, with the size and region it is compared by.
select p.practice_id::text, m::date::text,
    case when s.starts < 150 then 'under 150' when s.starts < 350 then '150 to 349' else '350 and more' end,
    p.region
from rcm.practice p
cross join rcm.demo_clock k
cross join generate_series(date_trunc('month', p.go_live_date), k.as_of, interval '1 month') as m
cross join lateral (
    select count(*) as starts from pms.treatment t
    where t.practice_id = p.practice_id and t.start_date >= m - interval '1 year' and t.start_date < m
) s
where m >= p.go_live_date and m + interval '1 month' <= k.as_of + 1
    and (p.status <> 'left' or m + interval '1 month' <= (select date_trunc('month', max(posting_date)) from rcm.ledger_transaction l where l.practice_id = p.practice_id))
