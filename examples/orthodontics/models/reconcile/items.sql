/* archwire
description: What is compared and the causes of its difference, per month and location - from and to are the two figures, other causes what each of them adds.
key: [practice_id, month, location_id, comparison, cause]
tenant: practice_id
*/
with items as (
  select practice_id, month, location_id, 'starts_to_contracts' as comparison, cause, value
  from reconcile.starts
  union all
  select practice_id, date_trunc('month', event_date)::date, location_id, 'starts_to_contracts', 'from', starts
  from funnel.funnel_daily
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'starts_to_contracts', 'to', contracts
  from finance.contracts_daily
  union all
  select practice_id, month, location_id, 'contracts_to_list', cause, value
  from reconcile.contract_list
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'contracts_to_list', 'from', contracts
  from finance.contracts_daily
  union all
  select c.practice_id, date_trunc('month', c.presented_on)::date, c.location_id, 'contracts_to_list', 'to', 1
  from finance.contracts c
  cross join archwire.run r
  where c.presented_on <= r.as_of
  union all
  select practice_id, month, location_id, 'starts_to_new_cases', cause, value
  from reconcile.new_cases
  union all
  select practice_id, date_trunc('month', event_date)::date, location_id, 'starts_to_new_cases', 'from', starts
  from funnel.funnel_daily
  union all
  select t.practice_id, date_trunc('month', t.start_date)::date, t.location_id, 'starts_to_new_cases', 'to', 1
  from base.treatments t
  left join reconcile.new_cases n on n.practice_id = t.practice_id and n.treatment_id = t.treatment_id
  where t.start_date is not null
    and n.treatment_id is null
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'contracts_to_known_fees', 'from', 1
  from finance.contracts_entered
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'contracts_to_known_fees', 'conversion', -1
  from finance.contracts_entered
  where fee_known = 0
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'contracts_to_known_fees', 'to', contracts_fee_known
  from finance.contracts_daily
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'fees_to_known_fees', 'from', gross_fee
  from finance.contracts_entered
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'fees_to_known_fees', 'conversion', -gross_fee
  from finance.contracts_entered
  where fee_known = 0
  union all
  select practice_id, date_trunc('month', entered_on)::date, location_id, 'fees_to_known_fees', 'to', gross_fee
  from finance.contracts_daily
  union all
  select practice_id, month, location_id, 'production_by_service', cause, value
  from reconcile.production_dates
  union all
  select practice_id, date_trunc('month', posting_date)::date, location_id, 'production_by_service', 'from', net_production
  from finance.ledger_daily
  union all
  select l.practice_id, date_trunc('month', l.service_date)::date, l.location_id, 'production_by_service', 'to', l.amount
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.affects_production
    and l.posting_date <= r.as_of
    and l.service_date <= r.as_of
  union all
  select practice_id, month, location_id, 'receivables_without_insurance', cause, value
  from reconcile.receivables
  union all
  select practice_id, month, location_id, 'collections_as_closed', cause, value
  from reconcile.collections
  union all
  select practice_id, month, location_id, 'receivables_since', cause, value
  from reconcile.balances
  union all
  select practice_id, month, location_id, 'collections_by_code', cause, value
  from reconcile.meanings
  union all
  select practice_id, month, location_id, 'gross_to_net_collections', cause, value
  from reconcile.taken_back
  union all
  select practice_id, date_trunc('month', posting_date)::date, location_id, 'gross_to_net_collections', 'from', gross_collections
  from finance.ledger_daily
  union all
  select practice_id, date_trunc('month', posting_date)::date, location_id, 'gross_to_net_collections', 'to', net_collections
  from finance.ledger_daily
  union all
  select
    practice_id,
    date_trunc('month', posting_date)::date,
    location_id,
    'production_as_closed',
    case
      when txn_type = 'contract_fee' then 'fees'
      when txn_type = 'discount' then 'discounts'
      when txn_type = 'misc_charge' then 'charges'
      else 'adjustments'
    end,
    net_production
  from closing.late_postings
  where after_month_close
  union all
  select practice_id, month, location_id, 'production_as_closed', 'from', net_production_as_closed
  from closing.monthly_close
  union all
  select practice_id, month, location_id, 'production_as_closed', 'to', net_production
  from closing.monthly_close
  union all
  select practice_id, month, location_id, 'over_estimate', cause, value
  from reconcile.estimates
  union all
  select c.practice_id, date_trunc('month', c.as_of)::date, c.location_id, 'over_estimate', 'from', c.treatments_over_edc
  from clinical.active_care c
  join archwire.run r on r.as_of = c.as_of
  union all
  select c.practice_id, date_trunc('month', c.as_of)::date, c.location_id, 'over_estimate', 'to', c.treatments_over_original_edc
  from clinical.active_care c
  join archwire.run r on r.as_of = c.as_of
  union all
  select practice_id, date_trunc('month', event_date)::date, location_id, 'starts_to_types', 'from', starts
  from clinical.treatments_daily
  union all
  select practice_id, date_trunc('month', event_date)::date, location_id, 'starts_to_types', 'other_type', -starts
  from clinical.treatments_daily
  where category = 'other'
  union all
  select practice_id, date_trunc('month', event_date)::date, location_id, 'starts_to_types', 'to', starts
  from clinical.treatments_daily
  where category <> 'other'
)
select
  practice_id,
  month,
  location_id,
  comparison,
  cause,
  cast(sum(value) as decimal(18, 2)) as value
from items
group by practice_id, month, location_id, comparison, cause
