/* archwire
description: Claims that were submitted and of which nothing is paid and nothing decided for good, and which no other replaced, as of the business date, with the newest thing that happened to each and what it means.
key: [practice_id, claim_id]
tenant: practice_id
*/
with replaced as (
  select distinct practice_id, original_claim_id as claim_id
  from claims.claims
  where submitted_on is not null
    and original_claim_id is not null
),
open_claims as (
  select
    c.practice_id,
    c.claim_id,
    c.patient_id,
    c.location_id,
    c.payer_id,
    c.claim_kind,
    c.submitted_on,
    r.as_of - c.submitted_on as days_open,
    c.charge,
    c.est_pay
  from claims.claims c
  cross join archwire.run r
  left join replaced n on n.practice_id = c.practice_id and n.claim_id = c.claim_id
  where c.claim_kind <> 'predetermination'
    and c.submitted_on is not null
    and c.paid_amount <= 0
    and n.claim_id is null
    and (c.closed_on is null or c.closed_on > r.as_of)
),
events as (
  select
    e.practice_id,
    e.claim_id,
    e.event_date,
    e.source,
    e.category_code,
    row_number() over (partition by e.practice_id, e.claim_id order by e.event_at desc, e.claim_event_id desc) as newest
  from rcm.claim_event e
  cross join archwire.run r
  where e.event_date <= r.as_of
),
submissions as (
  select e.practice_id, e.claim_id, max(e.submission_no) as submissions
  from rcm.claim_event e
  cross join archwire.run r
  where e.event_date <= r.as_of
  group by e.practice_id, e.claim_id
)
select
  c.practice_id,
  c.claim_id,
  c.patient_id,
  h.first_name,
  h.last_name,
  c.location_id,
  c.payer_id,
  y.name as payer_name,
  c.claim_kind,
  c.submitted_on,
  cast(c.days_open as integer) as days_open,
  case
    when c.days_open <= 30 then '0-30'
    when c.days_open <= 60 then '31-60'
    when c.days_open <= 90 then '61-90'
    else 'over 90'
  end as ageing,
  c.charge,
  c.est_pay,
  coalesce(s.submissions, 1) as submissions,
  coalesce(e.event_date, c.submitted_on) as last_event_on,
  case
    when e.source is null or e.source = '837D' then 'sent, no answer yet'
    when e.source = '999' and e.category_code = 'R' then 'returned unread: correct and send again'
    when e.source = '999' then 'read by the clearing house'
    when e.source = '835' and e.category_code = '4' then 'patient not recognised: check the policy'
    when e.source = '835' and e.category_code = '22' then 'payment taken back: ask why'
    when e.source = '835' then 'decided without payment: appeal or correct'
    when e.source in ('portal', 'phone') then 'asked the insurer, answer awaited'
    when e.category_code = 'A0' then 'passed on to another insurer'
    when e.category_code = 'A1' then 'received by the insurer'
    when e.category_code = 'A2' then 'accepted, decision awaited'
    when e.category_code in ('A3', 'A6', 'A7', 'A8') then 'rejected before any decision: correct and send again'
    when e.category_code = 'A4' then 'not found by the insurer: send again'
    when e.category_code = 'A5' then 'split into several claims'
    when e.category_code = 'P3' then 'insurer wants information: answer it'
    when e.category_code in ('P0', 'P1', 'P2') then 'under review, decision awaited'
    else 'other news: look it up'
  end as last_event
from open_claims c
left join rcm.payer y on y.payer_id = c.payer_id
left join pms.patient p on p.practice_id = c.practice_id and p.patient_id = c.patient_id and p.deleted_at is null
left join pms.person h on h.practice_id = p.practice_id and h.person_id = p.person_id
left join events e on e.practice_id = c.practice_id and e.claim_id = c.claim_id and e.newest = 1
left join submissions s on s.practice_id = c.practice_id and s.claim_id = c.claim_id
