-- One row for each treatment. What was paid before go-live is in lines that
-- were ended as carried.
with insurer as (
    select a.account_id, c.treatment_id
    from rcm.contract_account a join rcm.contract c on c.contract_id = a.contract_id
    where a.payer_kind = 'insurance'
), receipt as (
    select i.treatment_id, -l.amount as amount
    from rcm.ledger_transaction l join insurer i on i.account_id = l.account_id
    where l.affects_collections and l.posting_date <= $1::date
    union all
    select i.treatment_id, n.amount
    from rcm.instalment n join insurer i on i.account_id = n.account_id
    where n.end_reason = 'carried'
), came as (
    select treatment_id, sum(amount) as amount from receipt group by treatment_id
), agreed as (
    select treatment_id, sum(est_insurance) as estimate
    from rcm.contract
    where version = 1 and entered_on is not null
    group by treatment_id
    having bool_and(original_fee_known)
)
select t.practice_id, t.debond_date as day, t.location_id, t.category, coalesce(came.amount, 0) as numerator, agreed.estimate as denominator
from pms.treatment t
join agreed on agreed.treatment_id = t.treatment_id
left join came on came.treatment_id = t.treatment_id
join rcm.practice p on p.practice_id = t.practice_id
where agreed.estimate > 0 and t.debond_date >= p.go_live_date and month_end(t.debond_date) + 90 <= $1::date
