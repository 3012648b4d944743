-- A few rows of one practice as of 2026-03-15, each there for a case that is
-- easily counted wrongly; the values in hand_test.go were worked out by hand.
-- Practice 2 is there to stay out of practice 1; all that it had in February was
-- over by March. Practice 3 has nothing, practice 4 no insurance.
-- A column that is not named has no bearing; it takes a default.

insert into demo_clock (clock_id, as_of) values (1, '2026-03-15');
insert into practice (practice_id, name, time_zone) values (1, 'One', 'America/Denver'), (2, 'Two', 'America/Denver'),
    (3, 'Three', 'America/Denver'), (4, 'Four', 'America/Denver');
insert into location (location_id, practice_id, name, time_zone) values
    (100, 1, 'Main', 'America/Denver'), (101, 1, 'East', 'America/Denver'), (200, 2, 'Main', 'America/Denver'),
    (400, 4, 'Main', 'America/Denver');
insert into payer (payer_id, name) values (7, 'Seven'), (8, 'Eight');

-- Treatments 1000 (a split contract, renegotiated once), 1001 (paid in full),
-- 1002 (no fee), 1005 and 1006 (original fee lost in a conversion).
insert into contract (contract_id, practice_id, location_id, treatment_id, entered_on, superseded_by, gross_fee, net_fee, payment_arrangement, original_fee_known) values
    (10, 1, 100, 1000, '2026-02-10', null, 3000, 2800, 'pif', true),
    (12, 1, 100, 1000, '2026-02-12', null, 2000, 2000, 'in_house', true),
    (13, 1, 100, 1000, '2026-01-02', 10, 9999, 9999, 'pif', true),
    (11, 1, 101, 1001, '2026-02-20', null, 4000, 3500, 'pif', true),
    (14, 1, 100, 1002, '2026-01-20', null, 0, 0, 'none', true),
    (15, 1, 100, 1005, '2026-03-01', null, 100, 100, 'pif', false),
    (16, 1, 100, 1006, '2026-03-05', null, 10, 10, 'in_house', true),
    (17, 1, 100, 1006, '2026-03-05', null, 20, 20, 'in_house', false),
    (18, 1, 100, 1003, null, null, 500, 500, 'pif', true),
    (22, 1, 100, 1004, '2026-03-04', 99, 1000, 960, 'in_house', true),     -- its second version is lost
    (24, 1, 100, 1003, '2026-03-04', 99, 700, 700, 'insurance', true),     -- so is this one's
    (20, 2, 200, 2000, '2026-02-01', null, 77, 77, 'pif', true),
    (25, 2, 200, 2001, null, null, 5, 5, 'in_house', true),
    (21, 4, 400, 4000, '2026-02-01', null, 55, 55, 'pif', true);
-- Terms are those of the first version; treatment 1000 has one in each part.
update contract set version = case contract_id when 10 then 2 else 1 end;
update contract set est_insurance = 500, down_payment = 150, n_periods = 20, tx_months = 18 where contract_id = 12;
update contract set down_payment = 9999, tx_months = 18 where contract_id = 13;
update contract set discount_pif = 120, discount_family = 380, est_insurance = 1000, down_payment = 2500, tx_months = 24 where contract_id = 11;
update contract set discount_other = 40, down_payment = 60, n_periods = 12, tx_months = 12 where contract_id = 22;
update contract set est_insurance = 700, tx_months = 10 where contract_id = 24;

insert into contract_account (account_id, practice_id, contract_id, payer_kind, payer_id) values
    (1, 1, 12, 'responsible_party', null), (2, 1, 10, 'insurance', 7), (3, 1, 11, 'responsible_party', null),
    (4, 2, 20, 'responsible_party', null), (5, 2, 20, 'insurance', 7),
    (6, 4, 21, 'responsible_party', null),
    (7, 1, 22, 'responsible_party', null), (8, 2, 25, 'responsible_party', null);
-- Account 7 is open for a month's end only.
update contract_account set opened_on = '2026-02-15', closed_on = '2026-03-10' where account_id = 7;
-- Five days late is on time in practice 1.
update practice set grace_days = 5 where practice_id = 1;

insert into instalment (instalment_id, practice_id, account_id, kind, due_date, amount, scheduled_on, ended_on) values
    (1, 1, 1, 'initial', '2026-01-15', 100, '2026-01-10', null),        -- paid in part, then more, then returned
    (2, 1, 1, 'periodic', '2026-02-28', 50, '2026-01-10', null),        -- due on a month's last day
    (3, 1, 1, 'periodic', '2026-03-31', 70.10, '2026-01-10', '2026-03-15'), -- replaced by 4 on the business date
    (4, 1, 1, 'periodic', '2026-04-10', 70.10, '2026-03-15', null),
    (5, 1, 1, 'periodic', '2028-03-15', 33.33, '2026-03-15', null),     -- the last day of the forecast
    (6, 1, 1, 'periodic', '2028-03-16', 1, '2026-03-15', null),         -- the day after
    (7, 1, 1, 'misc', '2026-01-20', 5, '2026-02-01', null),             -- written after it was due
    (8, 1, 2, 'initial', '2026-02-27', 200, '2026-01-10', null),
    (9, 1, 2, 'periodic', '2026-06-01', 300, '2026-01-10', null),
    (10, 1, 2, 'periodic', '2026-03-10', 9, '2026-01-10', '2026-03-01'),  -- ended before it was due
    (11, 1, 2, 'periodic', '2026-03-11', 8, '2026-03-12', null),        -- not there yet when due
    (12, 1, 3, 'periodic', '2026-03-15', 10, '2026-03-01', null),       -- due today
    (13, 1, 3, 'periodic', '2026-04-20', 100, '2026-03-01', null),
    (14, 1, 7, 'misc', '2026-02-20', 9, '2026-02-16', null),            -- paid when due
    (20, 2, 5, 'initial', '2026-02-10', 40, '2026-02-01', '2026-03-05'),
    (22, 2, 8, 'periodic', '2025-11-01', 5, '2025-10-01', '2026-03-05'),
    (21, 2, 4, 'periodic', '2026-05-10', 77, '2026-02-01', '2026-03-05');

insert into allocation (allocation_id, practice_id, account_id, txn_id, instalment_id, amount, posted_on) values
    (1, 1, 1, 3, 1, 33, '2026-01-20'), (9, 1, 1, 7, 1, 7, '2026-01-20'), (2, 1, 1, 4, 1, 60, '2026-02-10'), (3, 1, 1, 5, 1, -60, '2026-02-25'),
    (4, 1, 1, 15, 2, 38, '2026-03-15'), (10, 1, 1, 20, 2, 7, '2026-03-15'), (11, 1, 1, 23, 2, 5, '2026-03-15'), -- 7, 7 and 5 are no money
    (5, 1, 1, 16, 1, 60, '2026-03-16'), (8, 1, 7, 14, 14, 9, '2026-02-20');
-- On time, but taken back when it would be late.
insert into allocation (allocation_id, practice_id, account_id, txn_id, instalment_id, amount, posted_on) values
    (6, 1, 1, 30, 1, 7, '2026-01-16'), (7, 1, 1, 31, 1, -7, '2026-01-25');

insert into payment_profile (profile_id, practice_id, account_id, active_from, active_to) values
    (1, 1, 1, '2026-01-01', '2026-03-15'), (2, 1, 3, '2026-03-15', null),
    (3, 1, 1, '2026-01-15', '2026-02-15'),                              -- beside the first
    (4, 1, 1, '2026-02-20', '2026-02-20'), (5, 1, 7, '2026-03-01', '2026-02-01'); -- never live

insert into ledger_transaction (txn_id, practice_id, location_id, provider_id, account_id, posting_date, txn_type, amount, affects_production, affects_collections) values
    (1, 1, 100, 500, 1, '2026-01-10', 'contract_fee', 300, true, false),
    (2, 1, 100, 500, 2, '2026-01-10', 'contract_fee', 500, true, false),
    (3, 1, 100, 500, 1, '2026-01-20', 'patient_payment', -40, false, true),
    (4, 1, 100, 500, 1, '2026-02-10', 'patient_payment', -60, false, true),
    (5, 1, 100, 500, 1, '2026-02-25', 'nsf_return', 60, false, true),
    (6, 1, 100, 500, 1, '2026-02-01', 'misc_charge', 5, true, false),
    (7, 1, 100, 500, 1, '2026-02-15', 'discount', -20, true, false),
    (8, 1, 101, 501, 3, '2026-03-01', 'discount', -20, false, false),
    (9, 1, 100, 500, 2, '2026-03-01', 'contractual_write_off', -100, true, false),
    (10, 1, 101, 501, 3, '2026-03-02', 'fee_adjustment', 30, true, false),
    (11, 1, 101, 501, 3, '2026-03-05', 'agency_receipt', -10, false, true),
    (12, 1, 101, 501, 3, '2026-03-05', 'refund', 4, false, true),
    (13, 1, 101, 501, 3, '2026-03-06', 'misc_charge', 7, false, false),
    (14, 1, 101, 501, 3, '2026-03-10', 'patient_payment', -100, false, true),
    (15, 1, 100, 500, 1, '2026-03-15', 'patient_payment', -50, false, true),
    (16, 1, 100, 500, 1, '2026-03-16', 'patient_payment', -999, false, true), -- tomorrow
    (17, 2, 200, 600, 4, '2026-02-01', 'contract_fee', 77, true, false),
    (18, 2, 200, 600, 4, '2026-03-05', 'bad_debt_write_off', -77, false, false),
    (19, 4, 400, 900, 6, '2026-02-01', 'contract_fee', 55, true, false),
    (20, 1, 100, 500, 1, '2026-03-03', 'bad_debt_write_off', -8, false, false),
    (21, 1, 100, 500, 1, '2026-03-03', 'transfer', 8, false, false),
    (22, 1, 100, 500, 1, '2026-03-12', 'bad_debt_write_off', 3, false, false), -- came back
    (23, 1, 100, 500, 1, '2026-03-12', 'transfer', -3, false, false),
    (30, 1, 100, 500, 1, '2026-01-16', 'patient_payment', -7, false, true),
    (31, 1, 100, 500, 1, '2026-01-25', 'nsf_return', 7, false, true);
update ledger_transaction set reverses_id = 30 where txn_id = 31;
-- A fee posted after the service, and a write-off of what is done tomorrow.
update ledger_transaction set service_date = case txn_id when 1 then '2025-12-29' when 9 then '2026-03-16' else posting_date end;

insert into claim (claim_id, practice_id, location_id, payer_id, kind, frequency_code, submitted_on, charge) values
    (1, 1, 100, 7, 'initial', '1', '2026-01-12', 1000),
    (2, 1, 100, 7, 'predetermination', '1', '2026-01-03', 1000),
    (3, 1, 100, 7, 'initial', '7', '2026-02-12', 1000),
    (4, 1, 100, 8, 'continuation', '1', '2026-02-01', 250.50),
    (5, 1, 100, 7, 'initial', '1', null, 1000),
    (6, 1, 100, 7, 'continuation', '1', '2026-01-20', 1),
    (7, 1, 100, 7, 'initial', '1', '2026-03-16', 1000);

insert into remittance_line (remittance_line_id, practice_id, claim_id, clp02, charge, paid, group_code, posted_on) values
    (1, 1, 1, '1', 1000, 300, 'CO', '2026-02-03'),
    (2, 1, 3, '1', 1000, 0, 'CO', '2026-02-20'),       -- the denial
    (3, 1, 4, '2', 250.50, 0, 'PR', '2026-02-21'),     -- the patient owes it
    (4, 1, 1, '22', 1000, -300, 'CO', '2026-02-25'),
    (5, 1, 2, '25', 1000, 0, 'CO', '2026-02-25'),
    (6, 1, 4, '1', 250.50, 100, null, '2026-03-02'),
    (7, 1, null, '1', 50, 50, null, '2026-03-03'),     -- paid without a claim
    (8, 1, 1, '1', 1000, 0, null, '2026-03-04'),
    (9, 1, 1, '4', 1000, 0, 'CO', '2026-03-04'),
    (10, 1, 6, '1', 1, 1, null, '2026-02-20'),
    (11, 1, 7, '22', 1000, 1, null, '2026-03-14');     -- paid before it was submitted

-- The accounts of a patient in retention: one owes, one has a credit.
update contract_account set patient_id = 4 where account_id in (2, 3);

-- The locations of practice 1 are open since Monday 2026-02-02. Location 100 closed February's books
-- on 2 March, location 101 never closed 3 February. Of what follows 7 is entered
-- after the month was closed, 4 and 5 after their day was, 5 before the month was.
update location set opened = '2026-02-02' where practice_id = 1;
insert into day_close (practice_id, location_id, business_date, closed_at)
    select 1, l, d, d + time '20:00' from generate_series(date '2026-02-02', '2026-03-13', interval '1 day') d, (values (100), (101)) v (l)
    where extract(isodow from d) < 6
        and (l, d::date) not in ((100, '2026-03-06'), (100, '2026-03-10'), (100, '2026-03-11'), (100, '2026-03-12'), (100, '2026-03-13'), (101, '2026-02-03'));
update ledger_transaction set entered_at = case txn_id when 4 then timestamptz '2026-03-04 15:00' when 5 then '2026-02-27 15:00' else '2026-03-09 15:00' end
    where txn_id in (4, 5, 7);
update day_close set charges = 5 where location_id = 100 and business_date = '2026-02-02'; -- Sunday's
update day_close set receipts = 7 where location_id = 100 and business_date = '2026-02-11'; -- removed since
update day_close set charges = 30 where location_id = 101 and business_date = '2026-03-02';
update day_close set charges = 4, receipts = 6 where location_id = 101 and business_date = '2026-03-05';
update day_close set charges = 7 where location_id = 101 and business_date = '2026-03-06';
update day_close set receipts = 100 where location_id = 101 and business_date = '2026-03-10';

-- What practice 1 billed for which line, when the services were, under which policy.
update claim c set service_to = v.service_to::date, appliance_date = v.appliance::date, policy_id = v.policy, instalment_id = v.line
from (values (1, '2026-01-10', '2026-01-08', 1, 8), (4, '2026-02-01', '2026-01-08', 2, 9), (6, '2026-01-13', null, 1, null),
    (7, '2026-03-15', null, 1, 11)) as v (claim, service_to, appliance, policy, line)
where c.claim_id = v.claim;
insert into insurance_plan (plan_id, payer_id, name) values (70, 7, 'Seventy'), (80, 8, 'Eighty');
insert into policy (policy_id, practice_id, patient_id, plan_id, verification, verified_at, remaining_max, effective_from, effective_to) values
    (1, 1, 1, 70, 'verified', '2026-01-05 12:00+00', 1500, '2026-01-01', null),
    (2, 1, 2, 80, 'verified', '2026-02-10 12:00+00', 1000, '2026-01-01', '2026-02-28'),
    (3, 1, 2, 80, 'unverified', null, null, '2026-01-01', null);
update remittance_line set account_id = 2 where remittance_line_id = 7;
update contract_account set policy_id = 1 where account_id = 2;

-- Practice 5 was there long before its first row: claims of cohorts.
insert into practice (practice_id, name, time_zone) values (5, 'Five', 'America/Denver');
insert into location (location_id, practice_id, name, time_zone) values (500, 5, 'Main', 'America/Denver');
insert into claim (claim_id, practice_id, location_id, payer_id, kind, frequency_code, submitted_on, charge, service_to, appliance_date, original_claim_id) values
    (501, 5, 500, 7, 'initial', '1', '2026-01-12', 1000, '2026-01-10', '2026-01-08', null),
    (504, 5, 500, 8, 'continuation', '1', '2026-02-01', 250.50, '2026-02-01', null, null),
    (506, 5, 500, 7, 'continuation', '1', '2026-01-20', 1, '2026-01-13', null, null),
    (508, 5, 500, 7, 'initial', '1', '2025-12-05', 100, '2025-11-30', '2025-12-01', null),
    (509, 5, 500, 7, 'continuation', '1', '2025-12-31', 100, '2025-12-29', null, null),
    (510, 5, 500, 7, 'continuation', '1', '2025-12-10', 100, '2025-12-10', null, null),
    (511, 5, 500, 7, 'continuation', '1', '2025-12-11', 100, '2025-12-10', null, null),
    (512, 5, 500, 7, 'initial', '1', '2025-12-12', 100, '2025-12-12', '0001-01-01', null),
    (513, 5, 500, 7, 'initial', '7', '2026-02-02', 100, '2025-12-12', null, 512),
    (514, 5, 500, 7, 'continuation', '1', '2025-11-20', 100, '2025-11-15', null, null),
    (515, 5, 500, 7, 'continuation', '1', '2025-11-30', 100, '2025-11-30', null, null),
    (516, 5, 500, 7, 'continuation', '1', '2025-07-01', 100, '2025-06-30', null, null),
    (517, 5, 500, 7, 'continuation', '1', '2025-07-02', 100, '2025-07-02', null, null),
    (518, 5, 500, 7, 'continuation', '1', '2025-07-03', 100, '2025-07-01', null, null),
    (519, 5, 500, 7, 'continuation', '7', '2025-08-20', 100, '2025-07-01', null, 518);
insert into claim_event (claim_event_id, practice_id, claim_id, event_date, source, category_code, submission_no) values
    (1, 5, 501, '2026-01-13', '999', 'R', 1),
    (2, 5, 504, '2026-02-02', '277CA', 'A2', 1), (3, 5, 504, '2026-02-10', '837D', null, 2),
    (4, 5, 504, '2026-02-11', '277CA', 'A3', 2),         -- of the second submission
    (5, 5, 506, '2026-01-21', '277CA', 'A1', 1),
    (6, 5, 511, '2025-12-20', '277', 'P3', 1),
    (7, 5, 509, '2026-03-16', '277CA', 'A7', 1);         -- tomorrow
insert into remittance_line (remittance_line_id, practice_id, claim_id, clp02, charge, paid, group_code, carc, posted_on) values
    (501, 5, 501, '1', 1000, 300, 'CO', '45', '2026-02-03'),
    (506, 5, 506, '1', 1, 1, null, null, '2026-02-20'),
    (508, 5, 508, '1', 100, 40, null, null, '2026-01-04'),     -- after 30 days
    (509, 5, 509, '1', 100, 50, null, null, '2026-01-31'),     -- after 31
    (510, 5, 510, '1', 100, 0, 'PR', '119', '2026-01-10'),
    (511, 5, 511, '1', 100, 60, null, null, '2026-01-15'),
    (512, 5, 512, '1', 100, 0, 'CO', '16', '2026-01-20'),
    (513, 5, 513, '1', 100, 70, null, null, '2026-03-01'),
    (514, 5, 514, '1', 100, 10, null, null, '2026-02-18'),     -- after 90 days
    (515, 5, 515, '1', 100, 5, null, null, '2026-03-01'),      -- after 91
    (516, 5, 516, '1', 100, 0, 'CO', '29', '2025-08-10'),
    (517, 5, 516, '1', 100, 20, null, null, '2026-02-06'),     -- 180 days after the denial
    (518, 5, 517, '1', 100, 0, 'CO', '16', '2025-08-11'),
    (519, 5, 517, '1', 100, 20, null, null, '2026-02-08'),     -- 181
    (520, 5, 518, '1', 100, 0, 'OA', '18', '2025-08-12'),
    (521, 5, 519, '1', 100, 30, null, null, '2025-09-10');     -- of the claim that replaced it
-- Treatment 5010 ended in 2025; insurance had paid 700 of 1,000 before go-live.
insert into contract (contract_id, practice_id, location_id, treatment_id, version, entered_on, est_insurance, original_fee_known) values
    (51, 5, 500, 5000, 1, null, 0, true), (52, 5, 500, 5010, 1, '2025-01-05', 1000, true);
insert into contract_account (account_id, practice_id, contract_id, payer_kind, payer_id) values
    (51, 5, 51, 'responsible_party', null), (52, 5, 51, 'insurance', 7), (53, 5, 52, 'insurance', 8);
insert into instalment (instalment_id, practice_id, account_id, kind, due_date, amount, scheduled_on, ended_on, end_reason) values
    (501, 5, 51, 'initial', '2026-01-15', 100, '2026-01-10', null, null),     -- paid in part
    (502, 5, 51, 'periodic', '2026-02-28', 50, '2026-01-10', null, null),
    (508, 5, 52, 'initial', '2026-02-27', 200, '2026-01-10', null, null),
    (514, 5, 52, 'periodic', '2026-02-12', 3, '2026-02-12', null, null),      -- nothing was ever heard of it
    (530, 5, 53, 'initial', '2025-01-05', 700, '2025-02-01', '2025-02-01', 'carried');
insert into allocation (allocation_id, practice_id, account_id, txn_id, instalment_id, amount, posted_on) values (501, 5, 51, 501, 501, 40, '2026-01-20');
insert into payment_profile (profile_id, practice_id, account_id, active_from, active_to) values (51, 5, 51, '2026-01-01', null);
insert into ledger_transaction (txn_id, practice_id, location_id, provider_id, account_id, posting_date, service_date, txn_type, amount, affects_production, affects_collections) values
    (501, 5, 500, 900, 51, '2026-01-20', '2026-01-20', 'patient_payment', -40, false, true),
    (502, 5, 500, 900, 51, '2026-02-10', '2026-02-10', 'patient_payment', -60, false, true),
    (503, 5, 500, 900, 51, '2026-02-25', '2026-02-25', 'nsf_return', 60, false, true);

-- Codes: 4 is under the successor of PMTCC, 6 under a code of which nothing is
-- said, 7 under one of which nonsense is said, 9 and 12 under one of which
-- location 101 has said something.
update ledger_transaction set code = case txn_id when 4 then 'CC2' when 6 then 'LOCAL1' when 7 then 'ODD' when 9 then 'RF' when 12 then 'RF' else 'TXFEE' end;
insert into transaction_code (practice_id, code, label, renamed_from) values (1, 'CC2', 'Cards', 'PMTCC'), (1, 'LOCAL1', 'Local', null);
insert into code_mapping (mapping_id, practice_id, location_id, code, category) values
    (1, 1, 101, 'RF', 'refund'), (2, 1, null, 'ODD', 'nonsense'), (3, 2, null, 'LOCAL1', 'repair');
