/* archwire
description: Accounts with anything past due on the business date, for those who call. The amounts by age add up to what past_due has for the date.
key: [practice_id, account_id]
tenant: practice_id
*/
with lines as (
  select
    s.practice_id,
    s.account_id,
    min(case when s.unpaid > 0 then s.due_date end) as oldest_unpaid,
    min(s.due_date) as oldest,
    sum(case when s.due_date = r.as_of then s.unpaid else 0 end) as due_today,
    sum(case when r.as_of - s.due_date between 1 and 30 then s.unpaid else 0 end) as days_1_30,
    sum(case when r.as_of - s.due_date between 31 and 60 then s.unpaid else 0 end) as days_31_60,
    sum(case when r.as_of - s.due_date between 61 and 90 then s.unpaid else 0 end) as days_61_90,
    sum(case when r.as_of - s.due_date between 91 and 120 then s.unpaid else 0 end) as days_91_120,
    sum(case when r.as_of - s.due_date between 121 and 180 then s.unpaid else 0 end) as days_121_180,
    sum(case when r.as_of - s.due_date > 180 then s.unpaid else 0 end) as days_over_180,
    sum(s.unpaid) as past_due
  from base.line_steps s
  cross join archwire.run r
  where s.due_date <= r.as_of
    and s.from_date <= r.as_of
    and (s.to_date is null or s.to_date > r.as_of)
  group by s.practice_id, s.account_id
),
payments as (
  select l.practice_id, l.account_id, max(l.posting_date) as last_payment_on
  from rcm.ledger_transaction l
  cross join archwire.run r
  left join (
    select b.practice_id, b.reverses_id
    from rcm.ledger_transaction b
    cross join archwire.run r
    where b.reverses_id is not null
      and b.posting_date <= r.as_of
    group by b.practice_id, b.reverses_id
  ) b on b.practice_id = l.practice_id and b.reverses_id = l.txn_id
  where l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt')
    and l.posting_date <= r.as_of
    and b.reverses_id is null
  group by l.practice_id, l.account_id
),
aged as (
  select l.*, coalesce(l.oldest_unpaid, l.oldest) as oldest_due_on
  from lines l
)
select
  a.practice_id,
  a.account_id,
  a.patient_id,
  a.location_id,
  a.provider_id,
  a.payer_kind,
  a.payer_id,
  a.balance,
  cast(l.past_due as decimal(18, 2)) as past_due,
  l.oldest_due_on,
  case
    when l.oldest_due_on = r.as_of then 'due today'
    when r.as_of - l.oldest_due_on <= 30 then '1-30'
    when r.as_of - l.oldest_due_on <= 60 then '31-60'
    when r.as_of - l.oldest_due_on <= 90 then '61-90'
    when r.as_of - l.oldest_due_on <= 120 then '91-120'
    when r.as_of - l.oldest_due_on <= 180 then '121-180'
    else 'over 180'
  end as oldest_ageing,
  cast(l.due_today as decimal(18, 2)) as due_today,
  cast(l.days_1_30 as decimal(18, 2)) as days_1_30,
  cast(l.days_31_60 as decimal(18, 2)) as days_31_60,
  cast(l.days_61_90 as decimal(18, 2)) as days_61_90,
  cast(l.days_91_120 as decimal(18, 2)) as days_91_120,
  cast(l.days_121_180 as decimal(18, 2)) as days_121_180,
  cast(l.days_over_180 as decimal(18, 2)) as days_over_180,
  a.has_profile as autopay,
  p.last_payment_on,
  h.first_name as responsible_first_name,
  h.last_name as responsible_last_name,
  h.phone as responsible_phone
from aged l
join receivables.accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
join rcm.contract_account k on k.practice_id = a.practice_id and k.account_id = a.account_id
cross join archwire.run r
left join payments p on p.practice_id = a.practice_id and p.account_id = a.account_id
left join rcm.responsible_party g on g.practice_id = k.practice_id and g.responsible_party_id = k.responsible_party_id
left join pms.person h on h.practice_id = g.practice_id and h.person_id = g.person_id
