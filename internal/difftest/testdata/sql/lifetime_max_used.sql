-- One row for each policy in force at d: what has been paid on it since it was
-- verified, of what was left of it then.
select v.practice_id, d as day, u.location_id, n.payer_id, coalesce(by_claim.paid, 0) + coalesce(by_account.paid, 0) as numerator,
    v.remaining_max as denominator
from month_ends($1::date) as d
cross join rcm.policy v
join rcm.insurance_plan n on n.plan_id = v.plan_id
join pms.patient u on u.patient_id = v.patient_id
cross join lateral (select (v.verified_at at time zone 'UTC')::date as checked) w
cross join lateral (
    select sum(r.paid) as paid from rcm.claim c join rcm.remittance_line r on r.claim_id = c.claim_id
    where c.policy_id = v.policy_id and r.posted_on between w.checked and d
) by_claim
cross join lateral (
    select sum(r.paid) as paid from rcm.contract_account a join rcm.remittance_line r on r.account_id = a.account_id
    where a.policy_id = v.policy_id and r.claim_id is null and r.posted_on between w.checked and d
) by_account
where v.verification = 'verified' and v.remaining_max > 0 and w.checked <= d
    and v.effective_from <= d and (v.effective_to is null or v.effective_to >= d)
