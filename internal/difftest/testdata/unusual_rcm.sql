-- What a demo's rows seldom or never are, but other sources' rows may be: dates
-- that fall on the edges of the definitions, rows dated after the business
-- date, rows that just fail to count. The books no longer balance afterwards.

create temp view today as select max(as_of) as a from demo_clock;
create function month_end(d date) returns date immutable language sql as
    $$ select (date_trunc('month', d) + interval '1 month' - interval '1 day')::date $$;

update instalment set due_date = case instalment_id % 11
        when 0 then month_end(due_date) when 5 then a when 6 then (a + interval '24 months')::date
        when 7 then (a + interval '24 months')::date + 1
        when 9 then (a + interval '24 months')::date + 2 else due_date end,
    scheduled_on = case instalment_id % 11 when 1 then due_date when 2 then due_date + 1 else scheduled_on end,
    ended_on = case instalment_id % 11 when 3 then due_date when 4 then month_end(due_date) else ended_on end,
    kind = case instalment_id % 11 when 8 then 'misc' else kind end
from today;
update allocation set posted_on = case allocation_id % 7 when 0 then month_end(posted_on) when 1 then a + 1 else posted_on end,
    amount = case allocation_id % 7 when 2 then amount + 0.01 when 3 then -amount else amount end
from today;
update ledger_transaction set posting_date = case txn_id % 13
        when 0 then a + 1 + (txn_id % 20)::int when 1 then month_end(posting_date) else posting_date end,
    affects_production = affects_production <> (txn_id % 13 = 2),
    affects_collections = affects_collections <> (txn_id % 13 = 3),
    txn_type = case txn_id % 13 when 4 then 'agency_receipt' when 5 then 'chargeback' when 6 then 'misc_charge'
        when 7 then 'fee_adjustment' else txn_type end,
    amount = case txn_id % 13 when 8 then 0 when 9 then -amount else amount end
from today;
update ledger_transaction set posting_date = posting_date - 100 where txn_id % 997 = 10;
update contract set entered_on = case contract_id % 17
        when 0 then null when 5 then entered_on - 20 when 6 then a + 5 when 8 then month_end(entered_on) else entered_on end,
    gross_fee = case contract_id % 17 when 1 then 0 else gross_fee end,
    original_fee_known = original_fee_known and contract_id % 17 <> 2,
    payment_arrangement = case contract_id % 17 when 3 then 'pif' else payment_arrangement end,
    superseded_by = case contract_id % 17 when 4 then null else superseded_by end
from today;
update claim set submitted_on = case claim_id % 19
        when 0 then a + 1 when 3 then null when 4 then month_end(submitted_on) else submitted_on end,
    frequency_code = case claim_id % 19 when 1 then '7' else frequency_code end,
    kind = case claim_id % 19 when 2 then 'predetermination' else kind end
from today;
update remittance_line set posted_on = case remittance_line_id % 23 when 0 then a + 2 when 9 then month_end(posted_on) else posted_on end,
    clp02 = case remittance_line_id % 23 when 1 then '3' when 6 then '4' else clp02 end,
    paid = case when remittance_line_id % 23 in (2, 3, 4, 5) then 0 when remittance_line_id % 23 = 8 then -1 else paid end,
    group_code = case remittance_line_id % 23 when 2 then 'PR' when 3 then null when 4 then 'OA' when 5 then 'CO' else group_code end,
    claim_id = case remittance_line_id % 23 when 7 then null else claim_id end
from today;
update payment_profile set active_from = case profile_id % 5 when 1 then a when 2 then a + 1 else active_from end,
    active_to = case profile_id % 5 when 0 then a when 1 then null when 3 then a + 1 else active_to end
from today;
-- Service days on the edges, and posted before or after them; payments taken
-- back that are not payments; practices that have been there for just three
-- months, or not quite; accounts and first versions as they should not be.
update ledger_transaction set service_date = case txn_id % 17
        when 0 then a + 1 when 1 then month_end(service_date) when 2 then a when 3 then posting_date + 3 else service_date end,
    txn_type = case txn_id % 211 when 5 then 'bad_debt_write_off' else txn_type end
from today;
update ledger_transaction b set reverses_id = p.txn_id
from ledger_transaction p where p.account_id = b.account_id and p.txn_id % 19 = 3 and b.txn_id % 19 = 4 and b.posting_date >= p.posting_date
    and b.reverses_id is null;
update practice set go_live_date = case practice_id % 3 when 0 then date '2021-12-01' when 1 then date '2021-12-02' else go_live_date end;
update contract_account set opened_on = case account_id % 7 when 0 then month_end(opened_on) when 1 then closed_on else opened_on end,
    closed_on = case account_id % 7 when 2 then month_end(closed_on) when 3 then a when 4 then opened_on when 5 then a + 1 else closed_on end
from today where closed_on is not null or account_id % 7 <> 1;
update contract set version = case contract_id % 29 when 1 then 2 else version end,
    n_periods = case contract_id % 29 when 2 then tx_months + 1 when 3 then tx_months else n_periods end,
    est_insurance = case contract_id % 29 when 4 then 0 else est_insurance end,
    payment_arrangement = case contract_id % 29 when 5 then 'third_party' else payment_arrangement end;
-- Codes that mean nothing, or different things at different places.
update ledger_transaction set code = case txn_id % 31 when 0 then '' when 1 then 'inst' when 2 then 'CC2' when 3 then 'CC3' else code end;
insert into transaction_code (practice_id, code, label, txn_type, renamed_from, created_at, updated_at)
select practice_id, c.code, 'Cards', 'patient_payment', c.old, now(), now()
from practice, (values ('CC2', 'PMTCC'), ('CC3', 'CC2')) as c (code, old);
insert into code_mapping (mapping_id, practice_id, location_id, code, category, created_at, updated_at)
select row_number() over (), *, now(), now()
from (select practice_id, min(location_id), 'PMTCHK', 'payment_cash' from location group by practice_id
    union all select practice_id, null, 'PMTCHK', 'payment_bank' from practice
    union all select practice_id, null, 'BALFWD', 'nonsense' from practice
    union all select practice_id, min(location_id), 'PMTCC', 'payment_finance' from location group by practice_id
    union all select practice_id, max(location_id), 'CC2', 'unmapped' from location group by practice_id) m;
