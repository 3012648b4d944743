/* archwire
description: From contracts entered to the contracts that a list of all contracts has in the month in which they were presented, per contract that makes a difference.
key: [practice_id, contract_id, side]
tenant: practice_id
*/
with counted as (
  select
    c.practice_id,
    c.contract_id,
    row_number() over (partition by c.practice_id, c.treatment_id order by c.contract_id) as part
  from rcm.contract c
  cross join archwire.run r
  where c.superseded_by is null
    and c.entered_on <= r.as_of
    and c.gross_fee > 0
),
listed as (
  select
    c.practice_id,
    c.contract_id,
    c.location_id,
    c.presented_on,
    date_trunc('month', c.presented_on)::date as month,
    e.location_id as entered_at,
    date_trunc('month', e.entered_on)::date as entered,
    case
      when n.part > 1 then 'split'
      when n.part = 1
        and c.presented_on <= r.as_of
        and date_trunc('month', c.presented_on) = date_trunc('month', e.entered_on)
        and c.location_id = e.location_id then 'none'
      when n.part = 1 then 'presented_in_other_month'
      when c.gross_fee = 0 then 'no_fee'
      when c.entered_on is null or c.entered_on > r.as_of then 'not_in_force'
      else 'renegotiated'
    end as cause
  from rcm.contract c
  cross join archwire.run r
  left join counted n on n.practice_id = c.practice_id and n.contract_id = c.contract_id
  left join finance.contracts_entered e on e.practice_id = c.practice_id and e.treatment_id = c.treatment_id
  where c.presented_on <= r.as_of
     or n.part = 1
)
select l.practice_id, l.contract_id, 'listed' as side, l.month, l.location_id, l.cause, 1 as value
from listed l
cross join archwire.run r
where l.cause <> 'none'
  and l.presented_on <= r.as_of
union all
select practice_id, contract_id, 'entered', entered, entered_at, cause, -1
from listed
where cause = 'presented_in_other_month'
