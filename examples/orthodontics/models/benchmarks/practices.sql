/* archwire
description: Complete months of a practice, with the size and region by which it is compared. Its size is how many treatments it started in the 12 months before; starts that it brought along when it went live count. A practice that left has the months before that of its last posting.
key: [practice_id, month]
tenant: practice_id
*/
with last_postings as (
  select l.practice_id, date_trunc('month', max(l.posting_date))::date as month
  from rcm.ledger_transaction l
  join rcm.practice p on p.practice_id = l.practice_id
  where p.status = 'left'
  group by l.practice_id
),
months as (
  select p.practice_id, date_trunc('month', d.as_of)::date as month, d.as_of as month_end, p.region
  from rcm.practice p
  join base.snapshot_dates d on d.practice_id = p.practice_id
  left join last_postings l on l.practice_id = p.practice_id
  where d.as_of = last_day(d.as_of)
    and p.go_live_date <= date_trunc('month', d.as_of)::date
    and (p.status <> 'left' or d.as_of < l.month)
),
starts as (
  select practice_id, date_trunc('month', start_date)::date as month, count(*) as starts
  from base.treatments
  where start_date is not null
  group by practice_id, date_trunc('month', start_date)::date
),
sizes as (
  select m.practice_id, m.month, sum(s.starts) as starts
  from months m
  join starts s
    on s.practice_id = m.practice_id
    and s.month >= add_months(m.month, -12)::date
    and s.month < m.month
  group by m.practice_id, m.month
)
select
  m.practice_id,
  m.month,
  m.month_end,
  m.region,
  cast(coalesce(s.starts, 0) as bigint) as starts_before,
  case
    when coalesce(s.starts, 0) < 150 then 'under 150'
    when s.starts < 350 then '150 to 349'
    else '350 and more'
  end as size
from months m
left join sizes s on s.practice_id = m.practice_id and s.month = m.month
