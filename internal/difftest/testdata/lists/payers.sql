-- Insurers with what went to them and came from them in twelve months, and what is open.
with claim as (
    select c.*, c.frequency_code = '1' and c.submitted_on > add_months($1::date, -12) as is_new,
        (select min(r.posted_on) from rcm.remittance_line r where r.claim_id = c.claim_id and r.paid > 0 and r.posted_on <= $1::date) as paid_on,
        (c.closed_on is null or c.closed_on > $1::date)
            and coalesce((select sum(r.paid) from rcm.remittance_line r where r.claim_id = c.claim_id and r.posted_on <= $1::date), 0) <= 0
            and not exists (select from rcm.claim n where n.original_claim_id = c.claim_id and n.submitted_on <= $1::date) as is_open
    from rcm.claim c
    where c.practice_id = :practice and c.kind <> 'predetermination' and c.submitted_on <= $1::date
)
select c.payer_id, y.name as payer_name,
    count(*) filter (where is_new) as submitted, coalesce(sum(charge) filter (where is_new), 0) as submitted_amount,
    max(submitted_on) filter (where is_new) as last_submitted_on,
    count(*) filter (where paid_on > add_months($1::date, -12)) as paid,
    round((percentile_cont(0.5) within group (order by paid_on - submitted_on) filter (where paid_on > add_months($1::date, -12)))::numeric, 1) as median_days,
    count(*) filter (where is_open) as open_claims, coalesce(sum(est_pay) filter (where is_open), 0) as open_amount,
    count(*) filter (where is_open and submitted_on < $1::date - 60) as open_over_60,
    coalesce(sum(est_pay) filter (where is_open and submitted_on < $1::date - 60), 0) as open_amount_over_60,
    max($1::date - submitted_on) filter (where is_open) as oldest_days
from claim c
join rcm.payer y on y.payer_id = c.payer_id
group by c.payer_id, y.name
order by c.payer_id
