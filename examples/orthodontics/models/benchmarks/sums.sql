/* archwire
description: Numerators and denominators of the figures that practices are compared by, per month in which there is something to count.
key: [practice_id, month, metric]
tenant: practice_id
*/
with funnel as (
  select
    practice_id,
    date_trunc('month', event_date)::date as month,
    sum(starts) as starts,
    sum(starts_without_phase2) as starts_without_phase2,
    sum(same_day_starts) as same_day_starts,
    sum(exams_kept) as exams_kept
  from funnel.funnel_daily
  group by practice_id, date_trunc('month', event_date)::date
),
ledger as (
  select
    practice_id,
    date_trunc('month', posting_date)::date as month,
    sum(net_production) as net_production,
    sum(net_collections) as net_collections
  from finance.ledger_daily
  group by practice_id, date_trunc('month', posting_date)::date
),
contracts as (
  select
    practice_id,
    date_trunc('month', entered_on)::date as month,
    sum(contracts) as contracts,
    sum(contracts_paid_in_full) as contracts_paid_in_full,
    sum(contracts_fee_known) as contracts_fee_known,
    sum(net_fee) as net_fee
  from finance.contracts_daily
  group by practice_id, date_trunc('month', entered_on)::date
),
figures as (
  select practice_id, month, 'starts' as metric, starts as numerator, cast(null as bigint) as denominator from funnel
  union all
  select practice_id, month, 'case_acceptance', starts_without_phase2, exams_kept from funnel
  union all
  select practice_id, month, 'same_day_start_rate_of_exams', same_day_starts, exams_kept from funnel
  union all
  select practice_id, month, 'net_production', net_production, null from ledger
  union all
  select practice_id, month, 'net_collections', net_collections, null from ledger
  union all
  select practice_id, month, 'collection_rate', net_collections, net_production from ledger
  union all
  select practice_id, month, 'average_contract_fee_net', net_fee, contracts_fee_known from contracts
  union all
  select practice_id, month, 'paid_in_full_rate', contracts_paid_in_full, contracts from contracts
  union all
  select practice_id, date_trunc('month', scheduled_on)::date, 'no_show_rate', sum(no_shows), sum(completed + no_shows)
  from clinical.appointments_daily
  group by practice_id, date_trunc('month', scheduled_on)::date
  union all
  select practice_id, date_trunc('month', scheduled_on)::date, 'kept_exam_rate', sum(kept), sum(kept + no_shows + cancelled)
  from funnel.exams_scheduled
  group by practice_id, date_trunc('month', scheduled_on)::date
  union all
  select practice_id, date_trunc('month', business_date)::date, 'denial_rate', sum(denied), sum(adjudicated)
  from claims.claims_daily
  group by practice_id, date_trunc('month', business_date)::date
  union all
  select practice_id, month, 'days_to_payment_median', round(median(days), 1), null
  from claims.payment_times
  group by practice_id, month
  union all
  select
    practice_id,
    date_trunc('month', as_of)::date,
    'patient_delinquency_rate',
    sum(case when payer_kind = 'responsible_party' then past_due_over_30 else 0 end),
    sum(case when payer_kind = 'responsible_party' then receivables else 0 end)
  from receivables.receivables
  where as_of = last_day(as_of)
  group by practice_id, date_trunc('month', as_of)::date
  union all
  select practice_id, date_trunc('month', as_of)::date, 'over_edc_rate', sum(treatments_over_edc), sum(treatments_in_progress)
  from clinical.active_care
  where as_of = last_day(as_of)
  group by practice_id, date_trunc('month', as_of)::date
)
select
  practice_id,
  month,
  metric,
  cast(numerator as decimal(18, 2)) as numerator,
  cast(denominator as decimal(18, 2)) as denominator
from figures
