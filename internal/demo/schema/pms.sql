-- The practice-management system: people, exams, treatments and the schedule.
-- Practices and locations live in the revenue-cycle system (database rcm);
-- practice_id and location_id refer to it.
--
-- Calendar dates (type date) are local to the location.

create type appointment_status as enum ('scheduled', 'completed', 'walk_in', 'no_show', 'cancelled', 'changed');

create table person (
    person_id   bigint primary key,
    practice_id bigint not null,
    first_name  varchar(40) not null,
    last_name   varchar(40) not null,
    birth_date  date,
    sex         char(1),
    email       varchar(80),
    phone       varchar(20),
    street      text,
    city        text,
    state       char(2),
    zip         varchar(10),
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
comment on table person is 'A human known to a practice: patient, responsible party or both.';
comment on column person.birth_date is 'NULL or 1900-01-01: unknown (the latter in rows brought by a conversion).';
comment on column person.sex is 'F, M or X; NULL: not asked.';

create table provider (
    provider_id bigint primary key,
    practice_id bigint not null,
    name        text not null,
    role        varchar(12) not null,
    npi         char(10) not null,
    active_from date not null,
    active_to   date,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
comment on column provider.role is 'orthodontist (owner) or associate.';
comment on column provider.active_to is 'First date without work here. NULL: active.';

create table staff (
    staff_id       bigint primary key,
    practice_id    bigint not null,
    name           text not null,
    roles          text[] not null,
    location_ids   bigint[] not null,
    inactivated_on date,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
comment on column staff.roles is 'Any of treatment_coordinator, financial_coordinator, insurance_coordinator, observation_coordinator.';
comment on column staff.location_ids is 'rcm.location ids served.';
comment on column staff.inactivated_on is 'NULL: active. Old rows keep pointing to the person.';

create table referral_source (
    referral_source_id bigint primary key,
    practice_id        bigint not null,
    category           varchar(10) not null,
    name               text not null,
    active             boolean not null,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on column referral_source.category is 'dentist, patient, ad, web or other.';

create table patient (
    patient_id         bigint primary key,
    practice_id        bigint not null,
    person_id          bigint not null,
    location_id        bigint not null,
    provider_id        bigint not null,
    coordinator_id     bigint not null,
    referral_source_id bigint,
    chart_no           varchar(12) not null,
    age_group          varchar(5) not null,
    status             varchar(16) not null,
    status_since       date not null,
    merged_into        bigint,
    deleted_at         timestamptz,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on table patient is 'A person in the care of one practice. The same human at two practices is two patients.';
comment on column patient.provider_id is 'Assigned orthodontist.';
comment on column patient.coordinator_id is 'Treatment coordinator (staff).';
comment on column patient.age_group is 'child or adult, at the first exam.';
comment on column patient.status is 'Status now: the newest row of status_history.';
comment on column patient.merged_into is 'patient_id that this duplicate was merged into; its rows were moved. NULL: not a duplicate.';
comment on column patient.deleted_at is 'When the chart was deleted (also set for merged ones). NULL: not deleted. Deleted patients never had a kept exam, a treatment or money; their last status is closed.';

create table status_history (
    history_id         bigint primary key,
    practice_id        bigint not null,
    patient_id         bigint not null,
    status             varchar(16) not null,
    treatment_id       bigint,
    treatment_category varchar(10),
    from_date          date not null,
    to_date            date,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on table status_history is 'The status of a patient over time, without gaps or overlaps: at the end of date D the row with from_date <= D and (to_date is null or to_date > D).';
comment on column status_history.status is 'exam_scheduled, pending (treatment recommended), observation (before treatment), active, between_phases, retention, no_treatment, transferred_out, discontinued, dismissed, closed. Only active counts as in active treatment.';
comment on column status_history.treatment_category is 'Category of the treatment while active, else NULL.';
comment on column status_history.to_date is 'First date on which the next status holds. NULL: current.';

create table lead (
    lead_id            bigint primary key,
    practice_id        bigint not null,
    location_id        bigint not null,
    patient_id         bigint,
    referral_source_id bigint,
    created_on         date not null,
    has_name           boolean not null,
    has_contact        boolean not null,
    age_group          varchar(5) not null,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on table lead is 'A new-patient add: counts (on created_on) when has_name, has_contact and a referral source are present.';
comment on column lead.patient_id is 'NULL: never became a patient.';
comment on column lead.referral_source_id is 'NULL: not asked, so the lead does not count as an add.';

create table exam (
    exam_id            bigint primary key,
    practice_id        bigint not null,
    location_id        bigint not null,
    patient_id         bigint not null,
    provider_id        bigint not null,
    coordinator_id     bigint not null,
    lead_id            bigint,
    appointment_id     bigint,
    exam_type          varchar(12) not null,
    booked_on          date not null,
    scheduled_on       date not null,
    status             varchar(10) not null,
    kept_on            date,
    outcome            varchar(16),
    outcome_on         date,
    recommended_on     date,
    follow_up_on       date,
    closed_on          date,
    closed_reason      varchar(20),
    forms_complete     boolean not null,
    insurance_verified boolean not null,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on table exam is 'A consultation. An exam is closed before the next one of the patient opens.';
comment on column exam.appointment_id is 'The last appointment made for it. NULL: not linked (conversion).';
comment on column exam.exam_type is 'new_child, new_adult (the two new-patient exams), readiness (from observation), phase_2, transfer or retreat.';
comment on column exam.scheduled_on is 'Local date of the last schedule.';
comment on column exam.status is 'scheduled, kept, no_show or cancelled.';
comment on column exam.kept_on is 'Local date on which it took place. NULL: not (yet) kept.';
comment on column exam.outcome is 'recommended, observation, no_treatment, referred, started. started is a recommendation that led to a treatment (recommended_on stays). NULL: not kept.';
comment on column exam.recommended_on is 'Local date on which treatment was first recommended from this exam. NULL: never.';
comment on column exam.closed_on is 'Local date on which the exam was closed: started, declined, observation... At the end of D a patient is pending when recommended_on <= D and (closed_on is null or closed_on > D). NULL: open.';
comment on column exam.closed_reason is 'started, declined, price, other_practice, no_response, observation, no_treatment, referred, not_kept. NULL while open.';

create table observation (
    observation_id bigint primary key,
    practice_id    bigint not null,
    patient_id     bigint not null,
    kind           varchar(16) not null,
    from_date      date not null,
    to_date        date,
    next_recall_on date,
    end_reason     varchar(16),
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
comment on column observation.kind is 'pre_treatment or between_phases: counted apart.';
comment on column observation.to_date is 'First date no longer under observation. NULL: still.';
comment on column observation.end_reason is 'started, no_treatment or lost. NULL while open.';

create table treatment (
    treatment_id       bigint primary key,
    practice_id        bigint not null,
    location_id        bigint not null,
    patient_id         bigint not null,
    provider_id        bigint not null,
    coordinator_id     bigint not null,
    exam_id            bigint,
    category           varchar(10) not null,
    subtype            varchar(12) not null,
    phase              smallint not null,
    start_origin       varchar(12) not null,
    start_date         date,
    band_date          date,
    est_months         smallint not null,
    original_edc       date,
    edc                date,
    partial_debond_on  date,
    debond_date        date,
    end_date           date,
    end_reason         varchar(14),
    transfer_in        boolean not null,
    months_remaining   smallint,
    created_at         timestamptz not null,
    updated_at         timestamptz not null
);
comment on table treatment is 'A case or phase of treatment. A start counts on start_date, once per row; a row without start_date is a proposal.';
comment on column treatment.exam_id is 'Exam that led to it. NULL: not known (conversion, transfer).';
comment on column treatment.category is 'full, aligner, phase1, phase2, limited or other: each start has exactly one.';
comment on column treatment.subtype is 'child, adult or medicaid.';
comment on column treatment.phase is '0 single phase, 1, 2. Phase-2 starts are category phase2.';
comment on column treatment.start_origin is 'exam, observation, phase_1, transfer_in or retreat.';
comment on column treatment.start_date is 'Local date of the start. NULL: not started (proposal).';
comment on column treatment.band_date is 'Local date on which appliances were placed; for transfers in the date of transfer. NULL or 0001-01-01: not set.';
comment on column treatment.original_edc is 'Estimated completion date at start. NULL: lost in a conversion.';
comment on column treatment.edc is 'Estimated completion date now; dated revisions are in treatment_edc_revision.';
comment on column treatment.partial_debond_on is 'One arch was debonded: no completion. NULL: none.';
comment on column treatment.debond_date is 'Local date on which the final arch was debonded: a debond counts here. NULL or 0001-01-01: not completed.';
comment on column treatment.end_date is 'First local date no longer in active treatment, whatever the reason. NULL: active (or proposal). Never a sentinel.';
comment on column treatment.end_reason is 'completed, transfer_out, discontinued or dismissed. NULL exactly when end_date is NULL.';
comment on column treatment.months_remaining is 'For transfers in, at start; else NULL.';

create table treatment_edc_revision (
    revision_id  bigint primary key,
    practice_id  bigint not null,
    treatment_id bigint not null,
    revised_on   date not null,
    edc          date not null,
    reason       varchar(16) not null,
    created_at   timestamptz not null
);
comment on table treatment_edc_revision is 'Every estimated completion date a treatment had. Append only. The estimate at the end of date D is the row with the greatest revised_on <= D (then the greatest revision_id); the first row is written at start.';
comment on column treatment_edc_revision.reason is 'start, cooperation, broken_bracket, missed_visits, ahead or other.';

create table appointment (
    appointment_id  bigint primary key,
    practice_id     bigint not null,
    location_id     bigint not null,
    patient_id      bigint not null,
    provider_id     bigint not null,
    treatment_id    bigint,
    appt_type       varchar(16) not null,
    is_new_exam     boolean not null,
    is_start        boolean not null,
    is_debond       boolean not null,
    is_recall       boolean not null,
    is_retention    boolean not null,
    is_repair       boolean not null,
    scheduled_start timestamp not null,
    minutes         smallint not null,
    status          appointment_status not null,
    status_at       timestamptz not null,
    booked_at       timestamptz not null,
    updated_at      timestamptz not null
);
comment on table appointment is 'The schedule. Some rows are plain duplicates (same patient_id, scheduled_start and appt_type): the lowest appointment_id counts.';
comment on column appointment.appt_type is 'exam, start, adjustment, repair, debond, recall, retention, records.';
comment on column appointment.scheduled_start is 'Wall-clock time at the location, without zone.';
comment on column appointment.status is 'completed and walk_in were kept; changed was moved to another row; cancelled with status_at less than 24 hours before scheduled_start is a late cancellation; scheduled lies in the future or was never closed.';
comment on column appointment.status_at is 'When the present status was set.';

create table visit (
    visit_id       bigint primary key,
    practice_id    bigint not null,
    appointment_id bigint not null,
    location_id    bigint not null,
    patient_id     bigint not null,
    treatment_id   bigint,
    visit_date     date not null,
    procedure_code varchar(8) not null,
    repair_kind    varchar(10),
    note           text,
    created_at     timestamptz not null
);
comment on table visit is 'What was done at a kept appointment; a repair visit may have several rows. Append only.';
comment on column visit.repair_kind is 'bond, wire, appliance or other. NULL: not a repair.';
