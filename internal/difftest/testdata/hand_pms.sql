-- The other half of the rows in hand_rcm.sql: patients, exams and treatments.

insert into referral_source (referral_source_id, practice_id, category) values (1, 1, 'dentist');

insert into lead (lead_id, practice_id, location_id, referral_source_id, created_on, has_name, has_contact, age_group) values
    (1, 1, 100, 1, '2026-01-02', true, true, 'child'), (2, 1, 100, 1, '2026-01-02', true, false, 'child'),
    (3, 1, 100, null, '2026-01-02', true, true, 'child'), (4, 1, 100, 1, '2026-03-16', true, true, 'adult');

insert into patient (patient_id, practice_id, location_id) values (1, 1, 100), (2, 1, 101), (3, 1, 100), (4, 1, 101), (5, 2, 200), (6, 4, 400);

insert into exam (exam_id, practice_id, location_id, patient_id, exam_type, status, kept_on, recommended_on, closed_on) values
    (1, 1, 100, 1, 'new_child', 'kept', '2026-01-05', '2026-01-05', '2026-02-10'),
    (2, 1, 101, 2, 'new_adult', 'kept', '2026-02-20', '2026-02-20', '2026-02-20'),
    (3, 1, 100, 3, 'new_child', 'kept', '2025-11-01', '2025-11-01', null),
    (4, 1, 100, 3, 'readiness', 'kept', '2026-03-01', '2026-03-01', null),       -- a second open one
    (5, 1, 101, 4, 'new_child', 'kept', '2026-01-28', '2026-01-29', '2026-01-31'), -- closed on a month's last day
    (6, 1, 100, 1, 'new_child', 'no_show', null, null, '2026-01-01'),
    (7, 2, 200, 5, 'new_child', 'kept', '2026-01-20', '2026-01-20', '2026-03-10');

insert into treatment (treatment_id, practice_id, location_id, patient_id, exam_id, category, start_date, debond_date, end_date) values
    (1000, 1, 100, 1, 1, 'full', '2026-02-10', '0001-01-01', null),
    (1001, 1, 101, 2, 2, 'aligner', '2026-02-20', null, null),
    (1002, 1, 101, 4, 5, 'phase2', '2026-01-20', '2026-02-28', '2026-02-28'),   -- before its exam recommended it
    (1003, 1, 100, 3, 4, 'full', null, null, null),                            -- a proposal
    (1004, 1, 100, 3, 4, 'full', '2026-03-20', null, null),
    (1005, 1, 100, 3, null, 'full', null, null, null), (1006, 1, 100, 3, null, 'full', null, null, null),
    (2000, 2, 200, 5, 7, 'full', '2026-02-02', null, '2026-03-10'),
    (4000, 4, 400, 6, null, 'full', null, null, null);

insert into treatment_edc_revision (revision_id, practice_id, treatment_id, revised_on, edc) values
    (1, 1, 1002, '2026-01-20', '2026-01-30'), (2, 1, 1002, '2026-01-31', '2026-03-30'),
    (3, 1, 1000, '2026-02-10', '2026-02-27'), (4, 1, 1000, '2026-03-16', '2026-12-31'),
    (5, 1, 1001, '2026-02-20', '2026-02-21'), (6, 1, 1001, '2026-02-20', '2026-02-28'),
    (7, 2, 2000, '2026-02-02', '2026-02-20');

insert into status_history (history_id, practice_id, patient_id, status, treatment_category, from_date, to_date) values
    (1, 1, 1, 'active', 'full', '2026-02-10', null), (2, 1, 4, 'active', 'phase2', '2026-01-20', '2026-02-28'),
    (3, 1, 4, 'retention', null, '2026-02-28', null), (4, 1, 2, 'active', 'aligner', '2026-02-20', null),
    (5, 2, 5, 'active', 'full', '2026-02-02', '2026-03-10');

insert into appointment (appointment_id, practice_id, location_id, patient_id, appt_type, scheduled_start, status) values
    (1, 1, 100, 1, 'adjustment', '2026-02-03 09:00', 'completed'),
    (2, 1, 100, 1, 'adjustment', '2026-02-03 09:00', 'no_show'),   -- a duplicate
    (3, 1, 100, 2, 'adjustment', '2026-02-03 10:00', 'no_show'),
    (4, 1, 100, 2, 'adjustment', '2026-02-04 10:00', 'cancelled'),
    (5, 1, 100, 2, 'repair', '2026-02-05 10:00', 'walk_in'),
    (6, 1, 100, 1, 'adjustment', '2026-03-15 23:30', 'completed'),
    (7, 1, 100, 1, 'adjustment', '2026-03-16 09:00', 'no_show'),
    (8, 1, 100, 2, 'exam', '2026-02-10 09:00', 'cancelled'),
    (9, 1, 100, 2, 'exam', '2026-02-10 09:00', 'completed');       -- a duplicate of the cancelled one
