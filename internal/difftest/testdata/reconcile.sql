-- What is compared and the causes of its difference, one row for each thing that
-- makes a difference: practice, month, location, comparison, cause, value.
with start as (
    select practice_id, treatment_id, patient_id, location_id, start_date, category, start_origin, date_trunc('month', start_date) as month,
        row_number() over (partition by practice_id, patient_id order by start_date, treatment_id) = 1 as first
    from pms.treatment where start_date <= $1::date
), entry as (
    select practice_id, treatment_id, date_trunc('month', min(entered_on)) as month, min(location_id) as location_id,
        sum(gross_fee) as fee, bool_and(original_fee_known) as known
    from entered_row where entered_on <= $1::date group by practice_id, treatment_id
), pair as (
    select s.practice_id, s.location_id as s_at, s.month as s_month, e.location_id as e_at, e.month as e_month, s.treatment_id as s, e.treatment_id as e,
        case when e.treatment_id is null then case
                when exists (select from rcm.contract c where c.treatment_id = s.treatment_id and c.superseded_by is null and c.gross_fee > 0) then 'not_in_force'
                when exists (select from rcm.contract c where c.treatment_id = s.treatment_id) then 'no_fee'
                when s.start_date < (select go_live_date from rcm.practice p where p.practice_id = s.practice_id) then 'before_go_live'
                else 'no_contract' end
            when s.treatment_id is null then case
                when exists (select from pms.treatment t where t.treatment_id = e.treatment_id) then 'not_started' else 'treatment_missing' end
            when e.month > s.month then 'entered_later' when e.month < s.month then 'entered_earlier'
            when e.location_id <> s.location_id then 'other_location' end as cause,
        coalesce(s.practice_id, e.practice_id) as whose
    from start s full join entry e on e.treatment_id = s.treatment_id
), part as (
    select c.*, c.superseded_by is null and coalesce(c.entered_on <= $1::date, false) and c.gross_fee > 0 as counts
    from rcm.contract c
), contract as (
    select p.*, e.month as e_month, e.location_id as e_at,
        p.counts and p.contract_id = min(p.contract_id) filter (where p.counts) over (partition by p.treatment_id) as first
    from part p left join entry e on e.treatment_id = p.treatment_id
), receipt as (
    select t.practice_id, t.location_id, -t.amount as amount, date_trunc('month', t.posting_date) as posted,
        date_trunc('month', books_of(t.posting_date)) as booked, t.entered_at, b.closed_at, b.business_date
    from rcm.ledger_transaction t
    left join book_day b on b.location_id = t.location_id and b.business_date = books_of(t.posting_date)
    where t.affects_collections and t.posting_date <= $1::date
), produced as (
    select practice_id, location_id, amount, date_trunc('month', posting_date) as posted, date_trunc('month', service_date) as served,
        case when service_date > $1::date then 'service_ahead' when txn_type = 'contract_fee' then 'fee_entered_late'
             when txn_type = 'discount' then 'discount_entered_late' when txn_type = 'misc_charge' then 'charge_posted_late' else 'adjusted_later' end as cause
    from rcm.ledger_transaction where affects_production and posting_date <= $1::date
), balance as (
    select date_trunc('month', d) as month, b.* from month_ends($1::date) as d cross join lateral balances(d) b
), closed as materialized ( -- month_closed, of the months that have a posting
    select p.location_id, p.month, c.closed_at
    from (select distinct location_id, date_trunc('month', posting_date)::date as month from rcm.ledger_transaction) p
    cross join lateral (
        select max(b.closed_at) as closed_at from book_day b
        where b.location_id = p.location_id and b.business_date between p.month and books_of(month_end(p.month))
        having bool_and(b.closed_at is not null)
    ) c
), posted as (
    select t.practice_id, t.location_id, date_trunc('month', t.posting_date) as month, t.txn_type, t.amount, t.affects_collections, t.affects_production,
        t.entered_at > m.closed_at as late, n.category, t.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt') as paid,
        n.category in (select category from standard_code where code in ('PMTCC', 'PMTACH', 'PMTCHK', 'PMTCASH', 'PMTFIN', 'INSPMT', 'AGENCY', 'REFUND', 'NSF', 'CHGBK', 'PMTCORR')) as means_paid
    from rcm.ledger_transaction t
    left join closed m on m.location_id = t.location_id and m.month = date_trunc('month', t.posting_date)
    left join meanings n on n.practice_id = t.practice_id and n.location_id = t.location_id and n.code = t.code
    where t.posting_date <= $1::date
), estimate as (
    select t.practice_id, date_trunc('month', $1::date) as month, t.location_id, coalesce(t.original_edc < $1::date, false) as was_over, t.original_edc is null as lost,
        coalesce((select v.edc < $1::date from pms.treatment_edc_revision v where v.treatment_id = t.treatment_id and v.revised_on <= $1::date
            order by v.revised_on desc, v.revision_id desc limit 1), false) as is_over
    from pms.treatment t where t.start_date <= $1::date and (t.end_date is null or t.end_date > $1::date)
), item (practice_id, month, location_id, comparison, cause, value) as (
    select practice_id, month, location_id, 'starts_to_contracts', 'from', 1 from start
    union all select whose, s_month, s_at, 'starts_to_contracts', cause, -1 from pair where cause is not null and s is not null
    union all select whose, e_month, e_at, 'starts_to_contracts', cause, 1 from pair where cause is not null and e is not null
    union all select practice_id, month, location_id, 'starts_to_contracts', 'to', 1 from entry
    union all select practice_id, month, location_id, 'contracts_to_list', 'from', 1 from entry
    union all select practice_id, e_month, e_at, 'contracts_to_list', 'presented_in_other_month', -1 from contract where first
    union all select practice_id, date_trunc('month', presented_on), location_id, 'contracts_to_list',
        case when first then 'presented_in_other_month' when counts then 'split' when gross_fee = 0 then 'no_fee'
             when coalesce(entered_on <= $1::date, false) then 'renegotiated' else 'not_in_force' end, 1
        from contract where presented_on <= $1::date
    union all select practice_id, date_trunc('month', presented_on), location_id, 'contracts_to_list', 'to', 1 from contract where presented_on <= $1::date
    union all select practice_id, month, location_id, 'starts_to_new_cases', 'from', 1 from start
    union all select practice_id, month, location_id, 'starts_to_new_cases',
        case when first then 'to'
             when category = 'phase2' then 'phase_2' when start_origin = 'retreat' then 'retreat' else 'additional' end, 1 from start s
    union all select practice_id, month, location_id, 'contracts_to_known_fees', 'from', 1 from entry
    union all select practice_id, month, location_id, 'contracts_to_known_fees', 'conversion', -1 from entry where not known
    union all select practice_id, month, location_id, 'contracts_to_known_fees', 'to', 1 from entry where known
    union all select practice_id, month, location_id, 'fees_to_known_fees', 'from', fee from entry
    union all select practice_id, month, location_id, 'fees_to_known_fees', 'conversion', -fee from entry where not known
    union all select practice_id, month, location_id, 'fees_to_known_fees', 'to', fee from entry where known
    union all select practice_id, posted, location_id, 'production_by_service', 'from', amount from produced
    union all select practice_id, posted, location_id, 'production_by_service', cause, -amount from produced where posted <> served or cause = 'service_ahead'
    union all select practice_id, served, location_id, 'production_by_service', cause, amount from produced where posted <> served and cause <> 'service_ahead'
    union all select practice_id, served, location_id, 'production_by_service', 'to', amount from produced where cause <> 'service_ahead'
    union all select practice_id, month, location_id, 'receivables_without_insurance', 'from', balance from balance where balance > 0
    union all select practice_id, month, location_id, 'receivables_without_insurance', 'insurance', -balance from balance where balance > 0 and payer_kind = 'insurance'
    union all select practice_id, month, location_id, 'receivables_without_insurance', 'credits', balance from balance where balance < 0 and payer_kind <> 'insurance'
    union all select practice_id, month, location_id, 'receivables_without_insurance', 'to', balance from balance where payer_kind <> 'insurance'
    union all select practice_id, date_trunc('month', business_date), location_id, 'collections_as_closed', 'from', receipts from book_day where closed_at is not null
    union all select practice_id, date_trunc('month', business_date), location_id, 'collections_as_closed', 'removed', -receipts from book_day where closed_at is not null
    union all select practice_id, booked, location_id, 'collections_as_closed',
        case when business_date is null then 'no_books' when closed_at is null then 'day_open' when entered_at > closed_at then 'entered_late' else 'removed' end, amount from receipt
    union all select practice_id, booked, location_id, 'collections_as_closed', 'weekend', -amount from receipt where booked <> posted
    union all select practice_id, posted, location_id, 'collections_as_closed', 'weekend', amount from receipt where booked <> posted
    union all select practice_id, posted, location_id, 'collections_as_closed', 'to', amount from receipt
    union all select practice_id, month, location_id, 'starts_to_types', 'from', 1 from start
    union all select practice_id, month, location_id, 'starts_to_types', 'other_type', -1 from start where category not in ('full', 'aligner', 'phase1', 'phase2', 'limited')
    union all select practice_id, month, location_id, 'starts_to_types', 'to', 1 from start where category in ('full', 'aligner', 'phase1', 'phase2', 'limited')
    union all select practice_id, month, location_id, 'collections_by_code', 'from', -amount from posted where affects_collections
    union all select practice_id, month, location_id, 'collections_by_code', case when means_paid then 'other_type' when category = 'unmapped' then 'unmapped' else 'other_meaning' end,
        case when means_paid then -amount else amount end from posted where affects_collections <> means_paid
    union all select practice_id, month, location_id, 'collections_by_code', 'to', -amount from posted where means_paid
    union all select practice_id, month, location_id, 'gross_to_net_collections', 'from', -amount from posted where paid
    union all select practice_id, month, location_id, 'gross_to_net_collections', case when paid then 'not_counted' else coalesce(
        (array['refunds', 'returned', 'charged_back', 'corrected'])[array_position(array['refund', 'nsf_return', 'chargeback', 'payment_correction'], txn_type::text)], 'other') end,
        case when paid then amount else -amount end from posted where paid <> affects_collections
    union all select practice_id, month, location_id, 'gross_to_net_collections', 'to', -amount from posted where affects_collections
    union all select practice_id, month, location_id, 'production_as_closed', 'from', amount from posted where affects_production and late is not true
    union all select practice_id, month, location_id, 'production_as_closed', coalesce(
        (array['fees', 'discounts', 'charges'])[array_position(array['contract_fee', 'discount', 'misc_charge'], txn_type::text)], 'adjustments'), amount from posted where affects_production and late
    union all select practice_id, month, location_id, 'production_as_closed', 'to', amount from posted where affects_production
    union all select practice_id, month, location_id, 'receivables_since', 'to', balance from balance
    union all select practice_id, month + interval '1 month', location_id, 'receivables_since', 'from', balance from balance where month + interval '1 month' <= $1::date
    union all select a.practice_id, date_trunc('month', t.posting_date), c.location_id, 'receivables_since', case t.txn_type when 'contract_fee' then 'fees' when 'misc_charge' then 'charges'
        when 'fee_adjustment' then 'fee_changes' when 'discount' then 'discounts' when 'contractual_write_off' then 'insurance_write_offs' when 'bad_debt_write_off' then 'bad_debt'
        when 'patient_payment' then 'payments' when 'insurance_payment' then 'payments' when 'agency_receipt' then 'payments' when 'refund' then 'taken_back' when 'nsf_return' then 'taken_back'
        when 'chargeback' then 'taken_back' when 'payment_correction' then 'taken_back' when 'balance_forward' then 'brought_along' else 'moved' end, t.amount
        from rcm.ledger_transaction t join rcm.contract_account a on a.account_id = t.account_id join rcm.contract c on c.contract_id = a.contract_id where t.posting_date <= $1::date
    union all select practice_id, month, location_id, 'over_estimate', 'from', 1 from estimate where is_over
    union all select practice_id, month, location_id, 'over_estimate', case when was_over then 'put_off' when lost then 'conversion' else 'brought_forward' end,
        case when is_over then -1 else 1 end from estimate where is_over <> was_over
    union all select practice_id, month, location_id, 'over_estimate', 'to', 1 from estimate where was_over
)
select practice_id::text, month::date::text, location_id::text, comparison,
    cause, (case when comparison = 'starts_to_new_cases' and cause not in ('from', 'to') then -sum(value) else sum(value) end)::text
from item
group by practice_id, month, location_id, comparison, cause
having sum(value) <> 0
