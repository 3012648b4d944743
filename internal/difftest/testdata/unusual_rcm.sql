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
