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
    (20, 2, 200, 2000, '2026-02-01', null, 77, 77, 'pif', true),
    (21, 4, 400, 4000, '2026-02-01', null, 55, 55, 'pif', true);

insert into contract_account (account_id, practice_id, contract_id, payer_kind, payer_id) values
    (1, 1, 10, 'responsible_party', null), (2, 1, 10, 'insurance', 7), (3, 1, 11, 'responsible_party', null),
    (4, 2, 20, 'responsible_party', null), (5, 2, 20, 'insurance', 7),
    (6, 4, 21, 'responsible_party', null);

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
    (20, 2, 5, 'initial', '2026-02-10', 40, '2026-02-01', '2026-03-05'),
    (21, 2, 4, 'periodic', '2026-05-10', 77, '2026-02-01', '2026-03-05');

insert into allocation (allocation_id, practice_id, account_id, instalment_id, amount, posted_on) values
    (1, 1, 1, 1, 40, '2026-01-20'), (2, 1, 1, 1, 60, '2026-02-10'), (3, 1, 1, 1, -60, '2026-02-25'),
    (4, 1, 1, 2, 50, '2026-03-15'), (5, 1, 1, 1, 60, '2026-03-16');

insert into payment_profile (profile_id, practice_id, account_id, active_from, active_to) values
    (1, 1, 1, '2026-01-01', '2026-03-15'), (2, 1, 3, '2026-03-15', null);

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
    (19, 4, 400, 900, 6, '2026-02-01', 'contract_fee', 55, true, false);

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
