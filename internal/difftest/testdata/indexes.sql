-- For speed alone; made when the rows are there.

create index if not exists allocation_line on rcm.allocation (instalment_id, posted_on, amount);
create index if not exists ledger_account on rcm.ledger_transaction (account_id, posting_date, amount);
create index if not exists remittance_claim on rcm.remittance_line (claim_id);
create index if not exists treatment_patient on pms.treatment (patient_id);
create index if not exists revision_treatment on pms.treatment_edc_revision (treatment_id);
create index if not exists appointment_patient on pms.appointment (patient_id, scheduled_start);
vacuum analyze rcm.allocation, rcm.ledger_transaction;
analyze;
