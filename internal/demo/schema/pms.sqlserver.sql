-- The practice-management system of pms.sql on SQL Server: the same tables, columns
-- and rows. What the columns mean is said there. Lists are JSON; times with a
-- zone are datetimeoffset. The demo switches on snapshot isolation and change
-- tracking once the tables are filled.

create table dbo.person (
    person_id   bigint not null primary key,
    practice_id bigint not null,
    first_name  nvarchar(40) not null,
    last_name   nvarchar(40) not null,
    birth_date  date,
    sex         char(1),
    email       nvarchar(80),
    phone       varchar(20),
    street      nvarchar(200),
    city        nvarchar(100),
    state       char(2),
    zip         varchar(10),
    created_at  datetimeoffset(6) not null,
    updated_at  datetimeoffset(6) not null
);

create table dbo.provider (
    provider_id bigint not null primary key,
    practice_id bigint not null,
    name        nvarchar(200) not null,
    role        varchar(12) not null,
    npi         char(10) not null,
    active_from date not null,
    active_to   date,
    created_at  datetimeoffset(6) not null,
    updated_at  datetimeoffset(6) not null
);

create table dbo.staff (
    staff_id       bigint not null primary key,
    practice_id    bigint not null,
    name           nvarchar(200) not null,
    roles          nvarchar(max) not null,
    location_ids   nvarchar(max) not null,
    inactivated_on date,
    created_at     datetimeoffset(6) not null,
    updated_at     datetimeoffset(6) not null
);

create table dbo.referral_source (
    referral_source_id bigint not null primary key,
    practice_id        bigint not null,
    category           varchar(10) not null,
    name               nvarchar(200) not null,
    active             bit not null,
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.patient (
    patient_id         bigint not null primary key,
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
    deleted_at         datetimeoffset(6),
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.status_history (
    history_id         bigint not null primary key,
    practice_id        bigint not null,
    patient_id         bigint not null,
    status             varchar(16) not null,
    treatment_id       bigint,
    treatment_category varchar(10),
    from_date          date not null,
    to_date            date,
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.lead (
    lead_id            bigint not null primary key,
    practice_id        bigint not null,
    location_id        bigint not null,
    patient_id         bigint,
    referral_source_id bigint,
    created_on         date not null,
    has_name           bit not null,
    has_contact        bit not null,
    age_group          varchar(5) not null,
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.exam (
    exam_id            bigint not null primary key,
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
    forms_complete     bit not null,
    insurance_verified bit not null,
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.observation (
    observation_id bigint not null primary key,
    practice_id    bigint not null,
    patient_id     bigint not null,
    kind           varchar(16) not null,
    from_date      date not null,
    to_date        date,
    next_recall_on date,
    end_reason     varchar(16),
    created_at     datetimeoffset(6) not null,
    updated_at     datetimeoffset(6) not null
);

create table dbo.treatment (
    treatment_id       bigint not null primary key,
    practice_id        bigint not null,
    location_id        bigint not null,
    patient_id         bigint not null,
    provider_id        bigint not null,
    coordinator_id     bigint not null,
    exam_id            bigint,
    category           varchar(10) not null,
    subtype            varchar(12) not null,
    phase              tinyint not null,
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
    transfer_in        bit not null,
    months_remaining   smallint,
    created_at         datetimeoffset(6) not null,
    updated_at         datetimeoffset(6) not null
);

create table dbo.treatment_edc_revision (
    revision_id  bigint not null primary key,
    practice_id  bigint not null,
    treatment_id bigint not null,
    revised_on   date not null,
    edc          date not null,
    reason       varchar(16) not null,
    created_at   datetimeoffset(6) not null
);

create table dbo.appointment (
    appointment_id  bigint not null primary key,
    practice_id     bigint not null,
    location_id     bigint not null,
    patient_id      bigint not null,
    provider_id     bigint not null,
    treatment_id    bigint,
    appt_type       varchar(16) not null,
    is_new_exam     bit not null,
    is_start        bit not null,
    is_debond       bit not null,
    is_recall       bit not null,
    is_retention    bit not null,
    is_repair       bit not null,
    scheduled_start datetime2(6) not null,
    minutes         smallint not null,
    status          varchar(12) not null,
    status_at       datetimeoffset(6) not null,
    booked_at       datetimeoffset(6) not null,
    updated_at      datetimeoffset(6) not null
);

create table dbo.visit (
    visit_id       bigint not null primary key,
    practice_id    bigint not null,
    appointment_id bigint not null,
    location_id    bigint not null,
    patient_id     bigint not null,
    treatment_id   bigint,
    visit_date     date not null,
    procedure_code varchar(8) not null,
    repair_kind    varchar(10),
    note           nvarchar(max),
    created_at     datetimeoffset(6) not null
);
