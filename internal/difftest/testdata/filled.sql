-- Run when the rows are there: indexes, for speed alone, and what setup.sql keeps.

create index if not exists allocation_line on rcm.allocation (instalment_id, posted_on, amount);
create index if not exists ledger_account on rcm.ledger_transaction (account_id, posting_date, amount);
create index if not exists instalment_account on rcm.instalment (account_id, due_date);
create index if not exists profile_account on rcm.payment_profile (account_id);
create index if not exists remittance_claim on rcm.remittance_line (claim_id);
create index if not exists remittance_account on rcm.remittance_line (account_id);
create index if not exists event_claim on rcm.claim_event (claim_id);
create index if not exists claim_original on rcm.claim (original_claim_id);
create index if not exists claim_policy on rcm.claim (policy_id);
create index if not exists claim_instalment on rcm.claim (instalment_id);
create index if not exists account_policy on rcm.contract_account (policy_id);
create index if not exists contract_treatment on rcm.contract (treatment_id);
create index if not exists account_contract on rcm.contract_account (contract_id);
create index if not exists treatment_patient on pms.treatment (patient_id);
create index if not exists revision_treatment on pms.treatment_edc_revision (treatment_id);
create index if not exists status_patient on pms.status_history (patient_id);
create index if not exists account_patient on rcm.contract_account (patient_id);
create index if not exists appointment_patient on pms.appointment (patient_id, scheduled_start);
vacuum analyze rcm.allocation, rcm.ledger_transaction;
analyze;
truncate kept_line, kept_balance, kept_active, appointment_once, meanings, month_closed;
-- Month ends, from as many before the first posting's as forecasts look back, or
-- since a later day.
create temp table kept_day as
    select (m - interval '1 day')::date as d
    from generate_series((select date_trunc('month', min(posting_date)) from rcm.ledger_transaction) - interval '3 months',
        (select date_trunc('month', max(as_of)) from rcm.demo_clock), interval '1 month') as m
    where m > ':since'
    union
    select max(as_of) from rcm.demo_clock;
insert into kept_line select k.d, l.* from kept_day k cross join lateral live_lines_on(k.d) l;
insert into kept_balance select k.d, b.* from kept_day k cross join lateral balances_on(k.d) b;
insert into kept_active select k.d, a.* from kept_day k cross join lateral active_on(k.d) a;
drop table kept_day;
insert into appointment_once
    select * from pms.appointment a
    where not exists (select from pms.appointment b
                      where b.patient_id = a.patient_id and b.scheduled_start = a.scheduled_start
                          and b.appt_type = a.appt_type and b.appointment_id < a.appointment_id);
insert into meanings table code_meaning;
insert into month_closed table month_closing;
analyze kept_line, kept_balance, kept_active, appointment_once, meanings, month_closed;
