/* archwire
description: Original claims by the day of their first submission, and what became of them. A claim is counted for a measure once its whole month is old enough for it - until then the month has no figure rather than a low one. Claims submitted before the practice was on the platform are left out, as only the unanswered ones came along.
key: [practice_id, submitted_on, location_id, payer_id, claim_kind]
tenant: practice_id
*/
with originals as (
  select c.practice_id, c.claim_id, c.submitted_on, c.location_id, c.payer_id, c.claim_kind, c.first_paid_on
  from claims.claims c
  join rcm.practice p on p.practice_id = c.practice_id
  where c.claim_kind <> 'predetermination'
    and c.frequency_code = '1'
    and c.submitted_on >= p.go_live_date
),
-- What went wrong on the way into adjudication: returned, asked about, sent again.
trouble as (
  select
    e.practice_id,
    e.claim_id,
    max(
      case
        when e.submission_no > 1 then 0
        when e.source = '999' and e.category_code = 'R' then 1
        when e.source in ('277CA', '277') and e.category_code in ('A3', 'A6', 'A7', 'A8') then 1
        else 0
      end
    ) as rejected
  from rcm.claim_event e
  cross join archwire.run r
  where e.event_date <= r.as_of
    and (
      (e.source = '999' and e.category_code = 'R')
      or (e.source in ('277CA', '277') and e.category_code in ('A3', 'A6', 'A7', 'A8', 'P3'))
      or (e.source = '837D' and e.submission_no > 1)
    )
  group by e.practice_id, e.claim_id
),
verdicts as (
  select
    l.practice_id,
    l.claim_id,
    max(case when l.clp02 in ('1', '2', '3') and (l.paid > 0 or (l.paid = 0 and l.group_code = 'PR')) then 1 else 0 end) as settled,
    max(
      case
        when l.clp02 in ('4', '22') or l.paid < 0 then 1
        when l.clp02 in ('1', '2', '3') and l.paid = 0 and l.group_code <> 'PR' then 1
        else 0
      end
    ) as disputed
  from rcm.remittance_line l
  cross join archwire.run r
  where l.posted_on <= r.as_of
  group by l.practice_id, l.claim_id
),
replaced as (
  select distinct practice_id, original_claim_id as claim_id
  from claims.claims
  where submitted_on is not null
),
outcomes as (
  select
    c.practice_id,
    c.submitted_on,
    c.location_id,
    c.payer_id,
    c.claim_kind,
    r.as_of - last_day(c.submitted_on) as age,
    coalesce(t.rejected, 0) as rejected,
    case when v.settled = 1 and v.disputed = 0 and t.claim_id is null and n.claim_id is null then 1 else 0 end as clean,
    case when c.first_paid_on <= c.submitted_on + 30 then 0 else 1 end as unpaid_30,
    case when c.first_paid_on <= c.submitted_on + 60 then 0 else 1 end as unpaid_60,
    case when c.first_paid_on <= c.submitted_on + 90 then 0 else 1 end as unpaid_90
  from originals c
  cross join archwire.run r
  left join trouble t on t.practice_id = c.practice_id and t.claim_id = c.claim_id
  left join verdicts v on v.practice_id = c.practice_id and v.claim_id = c.claim_id
  left join replaced n on n.practice_id = c.practice_id and n.claim_id = c.claim_id
)
select
  practice_id,
  submitted_on,
  location_id,
  payer_id,
  claim_kind,
  cast(sum(case when age >= 14 then 1 else 0 end) as bigint) as claims_14,
  cast(sum(case when age >= 14 then rejected else 0 end) as bigint) as rejected,
  cast(sum(case when age >= 30 then 1 else 0 end) as bigint) as claims_30,
  cast(sum(case when age >= 30 then unpaid_30 else 0 end) as bigint) as unpaid_30,
  cast(sum(case when age >= 60 then 1 else 0 end) as bigint) as claims_60,
  cast(sum(case when age >= 60 then unpaid_60 else 0 end) as bigint) as unpaid_60,
  cast(sum(case when age >= 60 then clean else 0 end) as bigint) as clean,
  cast(sum(case when age >= 90 then 1 else 0 end) as bigint) as claims_90,
  cast(sum(case when age >= 90 then unpaid_90 else 0 end) as bigint) as unpaid_90
from outcomes
group by practice_id, submitted_on, location_id, payer_id, claim_kind
