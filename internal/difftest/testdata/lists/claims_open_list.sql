-- Claims submitted, not paid, not closed and not replaced by another that was submitted.
select c.claim_id, c.patient_id, h.first_name, h.last_name, c.location_id, c.payer_id, y.name as payer_name, c.kind as claim_kind,
    c.submitted_on, $1::date - c.submitted_on as days_open,
    case when $1::date - c.submitted_on > 90 then 'over 90' when $1::date - c.submitted_on > 60 then '61-90'
         when $1::date - c.submitted_on > 30 then '31-60' else '0-30' end as ageing,
    c.charge, c.est_pay,
    coalesce((select max(e.submission_no) from rcm.claim_event e where e.claim_id = c.claim_id and e.event_date <= $1::date), 1) as submissions,
    coalesce((select e.event_date from rcm.claim_event e where e.claim_id = c.claim_id and e.event_date <= $1::date
              order by e.event_at desc, e.claim_event_id desc limit 1), c.submitted_on) as last_event_on
from rcm.claim c
join rcm.payer y on y.payer_id = c.payer_id
left join pms.patient p on p.patient_id = c.patient_id and p.deleted_at is null
left join pms.person h on h.person_id = p.person_id
where c.practice_id = :practice and c.kind <> 'predetermination' and c.submitted_on <= $1::date
    and (c.closed_on is null or c.closed_on > $1::date)
    and coalesce((select sum(r.paid) from rcm.remittance_line r where r.claim_id = c.claim_id and r.posted_on <= $1::date), 0) <= 0
    and not exists (select from rcm.claim n where n.original_claim_id = c.claim_id and n.submitted_on <= $1::date)
order by c.claim_id
