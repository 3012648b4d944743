-- The other half of the rows in hand_rcm.sql: patients, exams and treatments.

insert into referral_source (referral_source_id, practice_id, category) values (1, 1, 'dentist');

insert into lead (lead_id, practice_id, location_id, referral_source_id, created_on, has_name, has_contact, age_group) values
    (1, 1, 100, 1, '2026-01-02', true, true, 'child'), (2, 1, 100, 1, '2026-01-02', true, false, 'child'),
    (3, 1, 100, null, '2026-01-02', true, true, 'child'), (4, 1, 100, 1, '2026-03-16', true, true, 'adult');

insert into patient (patient_id, practice_id, location_id) values (1, 1, 100), (2, 1, 101), (3, 1, 100), (4, 1, 101), (5, 2, 200), (6, 4, 400),
    (7, 1, 100), (8, 1, 101), (9, 1, 100), (10, 1, 100), (11, 1, 101);

insert into exam (exam_id, practice_id, location_id, patient_id, lead_id, exam_type, scheduled_on, status, outcome, kept_on, recommended_on, closed_on) values
    (1, 1, 100, 1, 1, 'new_child', '2026-01-05', 'kept', 'started', '2026-01-05', '2026-01-05', '2026-02-10'),
    (2, 1, 101, 2, 99, 'new_adult', '2026-02-20', 'kept', 'started', '2026-02-20', '2026-02-20', '2026-02-20'),  -- its lead was deleted
    (3, 1, 100, 3, null, 'new_child', '2025-11-01', 'kept', 'recommended', '2025-11-01', '2025-11-01', null),
    (4, 1, 100, 3, 3, 'readiness', '2026-03-01', 'kept', 'recommended', '2026-03-01', '2026-03-01', null),       -- a second open one
    (5, 1, 101, 4, 2, 'new_child', '2026-01-28', 'kept', 'observation', '2026-01-28', '2026-01-29', '2026-01-31'), -- closed on a month's last day
    (6, 1, 100, 1, null, 'new_child', '2026-01-02', 'no_show', null, null, null, '2026-01-01'),
    (7, 2, 200, 5, null, 'new_child', '2026-01-20', 'kept', 'started', '2026-01-20', '2026-01-20', '2026-03-10'),
    (8, 1, 100, 1, null, 'new_child', '2026-02-01', 'cancelled', null, null, null, null),
    (9, 1, 100, 2, null, 'new_adult', '2026-03-20', 'scheduled', null, null, null, null),
    (10, 1, 100, 2, null, 'new_adult', '2026-03-18', 'cancelled', null, null, null, null),   -- cancelled before its day
    (11, 1, 101, 4, null, 'new_child', '2026-03-10', 'scheduled', null, null, null, null),   -- nobody closed it
    (12, 1, 100, 7, null, 'new_child', '2025-06-01', 'kept', null, '2025-06-01', null, null),
    (13, 1, 101, 8, null, 'new_adult', '2025-06-30', 'kept', null, '2025-06-30', null, null);

insert into treatment (treatment_id, practice_id, location_id, patient_id, exam_id, category, start_date, debond_date, end_date) values
    (1000, 1, 100, 1, 1, 'full', '2026-02-10', '0001-01-01', null),
    (1001, 1, 101, 2, 2, 'aligner', '2026-02-20', null, null),
    (1002, 1, 101, 4, 5, 'phase2', '2026-01-20', '2026-02-28', '2026-02-28'),   -- before its exam recommended it
    (1003, 1, 100, 3, 4, 'full', null, null, null),                            -- a proposal
    (1004, 1, 100, 3, 4, 'full', '2026-03-20', null, null),
    (1005, 1, 100, 3, null, 'full', null, null, null), (1006, 1, 100, 3, null, 'full', null, null, null),
    (1020, 1, 100, 9, null, 'phase1', '2021-06-01', '2022-06-30', '2022-06-30'),
    (1021, 1, 100, 10, null, 'phase1', '2022-02-01', '2023-03-01', '2023-03-01'),  -- its month is not 36 months ago
    (1022, 1, 100, 9, null, 'phase2', '2025-06-30', null, '2025-12-31'),           -- after 36 months
    (1023, 1, 101, 11, null, 'phase1', '2021-06-01', '2022-06-29', '2022-06-29'),
    (1024, 1, 101, 11, null, 'phase2', '2025-06-30', null, '2025-12-31'),          -- a day later than that
    (2000, 2, 200, 5, 7, 'full', '2026-02-02', null, '2026-03-10'),
    (4000, 4, 400, 6, null, 'full', null, null, null);
insert into treatment (treatment_id, practice_id, location_id, patient_id, exam_id, category, start_origin, start_date, band_date, original_edc, debond_date, end_date) values
    (1010, 1, 100, 7, 12, 'phase1', 'observation', '2025-07-01', '2025-07-01', '2025-11-01', '2025-10-01', '2025-10-01'),  -- 30 days after the exam
    (1011, 1, 101, 8, 13, 'aligner', 'exam', '2025-07-31', '0001-01-01', '2025-12-01', '2025-10-31', '2025-10-31');       -- 31 days; banded nobody knows when
update treatment set original_edc = case treatment_id when 1000 then date '2026-02-28' else '2026-03-15' end where treatment_id in (1000, 1001);

insert into treatment_edc_revision (revision_id, practice_id, treatment_id, revised_on, edc) values
    (1, 1, 1002, '2026-01-20', '2026-01-30'), (2, 1, 1002, '2026-01-31', '2026-03-30'),
    (3, 1, 1000, '2026-02-10', '2026-02-27'), (4, 1, 1000, '2026-03-16', '2026-12-31'),
    (5, 1, 1001, '2026-02-20', '2026-02-21'), (6, 1, 1001, '2026-02-20', '2026-02-28'),
    (7, 2, 2000, '2026-02-02', '2026-02-20');

insert into status_history (history_id, practice_id, patient_id, status, treatment_category, from_date, to_date) values
    (1, 1, 1, 'active', 'full', '2026-02-10', null), (2, 1, 4, 'active', 'phase2', '2026-01-20', '2026-02-28'),
    (3, 1, 4, 'retention', null, '2026-02-28', null), (4, 1, 2, 'active', 'aligner', '2026-02-20', null),
    (5, 2, 5, 'active', 'full', '2026-02-02', '2026-03-10'), (6, 1, 10, 'active', 'full', '2025-12-01', null),
    (7, 1, 7, 'observation', null, '2026-01-10', '2026-02-28'),  -- over on a month's last day, on which another's begins
    (8, 1, 9, 'observation', null, '2026-02-28', null), (9, 1, 8, 'between_phases', null, '2025-12-31', null);

insert into appointment (appointment_id, practice_id, location_id, patient_id, treatment_id, appt_type, scheduled_start, status, status_at) values
    (1, 1, 100, 1, null, 'adjustment', '2026-02-03 09:00', 'completed', '2026-02-03 17:00Z'),
    (2, 1, 100, 1, null, 'adjustment', '2026-02-03 09:00', 'no_show', '2026-02-03 17:00Z'),   -- a duplicate
    (3, 1, 100, 2, null, 'adjustment', '2026-02-03 10:00', 'no_show', '2026-02-03 18:00Z'),
    (4, 1, 100, 2, null, 'adjustment', '2026-02-04 10:00', 'cancelled', '2026-02-03 17:00Z'), -- 24 hours before
    (5, 1, 100, 2, null, 'repair', '2026-02-05 10:00', 'walk_in', '2026-02-05 18:00Z'),
    (6, 1, 100, 1, null, 'adjustment', '2026-03-15 23:30', 'completed', '2026-03-16 06:00Z'),
    (7, 1, 100, 1, null, 'adjustment', '2026-03-16 09:00', 'no_show', '2026-03-16 17:00Z'),
    (8, 1, 100, 2, null, 'exam', '2026-02-10 09:00', 'cancelled', '2026-02-09 16:00:01Z'),    -- a second less than 24 hours before
    (9, 1, 100, 2, null, 'exam', '2026-02-10 09:00', 'completed', '2026-02-10 17:00Z'),       -- a duplicate of the cancelled one
    (10, 1, 100, 7, 1010, 'start', '2025-07-01 09:00', 'completed', '2025-07-01 17:00Z'),
    (11, 1, 100, 7, 1010, 'adjustment', '2025-08-20 09:00', 'completed', '2025-08-20 17:00Z'),
    (12, 1, 100, 7, 1010, 'adjustment', '2025-08-20 09:00', 'completed', '2025-08-20 17:00Z'), -- a duplicate
    (13, 1, 100, 7, 1010, 'repair', '2025-09-01 09:00', 'walk_in', '2025-09-01 17:00Z'),
    (14, 1, 100, 7, 1010, 'adjustment', '2025-09-15 09:00', 'no_show', '2025-09-15 17:00Z'),
    (15, 1, 100, 7, 1010, 'debond', '2025-10-01 09:00', 'completed', '2025-10-01 17:00Z'),
    (16, 1, 100, 7, 1010, 'retention', '2025-10-02 09:00', 'completed', '2025-10-02 17:00Z'),  -- after the debond
    (17, 1, 100, 10, null, 'adjustment', '2025-12-06 09:00', 'completed', '2025-12-06 17:00Z'); -- 84 days before the end of February
-- The first was booked late on February's last day and cancelled late on the day
-- before the business date, the other booked early on the day after it.
insert into appointment (appointment_id, practice_id, location_id, patient_id, appt_type, scheduled_start, status, status_at, booked_at) values
    (18, 1, 100, 2, 'adjustment', '2026-03-20 10:00', 'cancelled', '2026-03-15 05:30Z', '2026-03-01 05:00Z'),
    (19, 1, 100, 10, 'adjustment', '2026-03-25 10:00', 'scheduled', '2026-03-16 07:00Z', '2026-03-16 07:00Z');

-- Of practice 5.
insert into patient (patient_id, practice_id, location_id) values (50, 5, 500);
insert into treatment (treatment_id, practice_id, location_id, patient_id, category, start_date, debond_date, end_date) values
    (5010, 5, 500, 50, 'full', null, '2025-10-01', '2025-10-01');
