-- The revenue-cycle system of a vendor of orthodontic software: practices,
-- contracts, receivables, payments and claims. Patients, treatments and
-- appointments live in the practice-management system (database pms); the two
-- meet at practice_id, location_id, patient_id, person_id, treatment_id and
-- staff_id.
--
-- Calendar dates (type date) are local to the location. Money is US dollars.

create type practice_kind as enum ('single', 'group', 'dso');
create type payer_kind as enum ('responsible_party', 'insurance');
create type instalment_kind as enum ('initial', 'periodic', 'retention', 'misc');

create table practice (
    practice_id                 bigint primary key,
    name                        text not null,
    kind                        practice_kind not null,
    status                      varchar(12) not null,
    region                      varchar(20) not null,
    state                       char(2) not null,
    time_zone                   text not null,
    go_live_date                date not null,
    converted_on                date,
    owners                      smallint not null,
    associates                  smallint not null,
    grace_days                  smallint not null,
    write_off_day               smallint,
    discounts_affect_production boolean not null,
    settings                    jsonb not null,
    created_at                  timestamptz not null,
    updated_at                  timestamptz not null
);
comment on table practice is 'A customer of the vendor: the tenant. Every row that belongs to one practice carries its practice_id.';
comment on column practice.kind is 'single: one location; group: several; dso: a dental service organisation.';
comment on column practice.status is 'live or left.';
comment on column practice.time_zone is 'IANA zone of the head office; a location has its own.';
comment on column practice.go_live_date is 'First local date on the platform. Cases in flight on that day were taken over: their treatments, contracts and accounts have earlier dates, but nothing was posted or visited before; of claims only those not yet answered came along. Figures for earlier dates are not complete.';
comment on column practice.converted_on is 'Date of conversion from another practice-management system. NULL: never converted. What was taken over then lacks original fees and some dates.';
comment on column practice.grace_days is 'Days after the due date before the practice itself calls an account past due. Ageing here is stated without it.';
comment on column practice.write_off_day is 'Days past due at which the unpaid rest is written off as bad debt. NULL: the practice never writes off.';
comment on column practice.discounts_affect_production is 'Whether this practice books discounts as production adjustments; the ledger rows carry the answer in affects_production.';
comment on column practice.settings is 'Loosely structured settings: statement_day, same_day_culture, automated_claims, late_fee.';

create table location (
    location_id bigint primary key,
    practice_id bigint not null,
    name        text not null,
    time_zone   text not null,
    state       char(2) not null,
    zip3        char(3) not null,
    opened      date not null,
    closed      date,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
comment on column location.time_zone is 'IANA zone; all calendar dates of rows of this location are in it.';
comment on column location.closed is 'First local date without business. NULL: open.';

create table payer (
    payer_id   bigint primary key,
    name       text not null,
    edi_id     varchar(10) not null,
    active     boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table payer is 'An insurance company. Shared by all practices.';

create table insurance_plan (
    plan_id        bigint primary key,
    payer_id       bigint not null,
    name           text not null,
    network_type   varchar(10) not null,
    ortho_percent  numeric(5,2) not null,
    lifetime_max   numeric(12,2) not null,
    age_limit      smallint,
    waiting_months smallint not null,
    pay_interval   varchar(12) not null,
    initial_share  numeric(5,4) not null,
    claim_style    varchar(20) not null,
    covers_wip     boolean not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
comment on table insurance_plan is 'A benefit plan with orthodontic cover. Shared by all practices.';
comment on column insurance_plan.network_type is 'ppo, dhmo, indemnity or medicaid.';
comment on column insurance_plan.ortho_percent is 'Share of the fee that is paid, in percent, up to lifetime_max.';
comment on column insurance_plan.lifetime_max is 'Most that is ever paid for one person; it does not renew.';
comment on column insurance_plan.age_limit is 'Cover ends on this birthday. NULL: no limit.';
comment on column insurance_plan.pay_interval is 'monthly, quarterly, semiannual, annual, lump (one sum) or pays_patient (the benefit goes to the subscriber, never to the practice).';
comment on column insurance_plan.initial_share is 'Share of the benefit paid with the banding claim, 0 to 1.';
comment on column insurance_plan.claim_style is 'initial_only, initial_and_periodic or automatic (continuation is paid without a claim).';
comment on column insurance_plan.covers_wip is 'Whether work in progress is covered when cover starts mid-treatment.';

create table responsible_party (
    responsible_party_id bigint primary key,
    practice_id          bigint not null,
    person_id            bigint not null,
    relationship         varchar(12) not null,
    risk_code            char(1) not null,
    created_at           timestamptz not null,
    updated_at           timestamptz not null
);
comment on table responsible_party is 'Who owes money: a guarantor. One may guarantee many patients (siblings); a patient may have two (divorced parents).';
comment on column responsible_party.person_id is 'pms.person; equal to the patient''s own person for adults.';
comment on column responsible_party.relationship is 'self, mother, father, guardian or other.';
comment on column responsible_party.risk_code is 'A (best) to D at credit check.';

create table policy (
    policy_id            bigint primary key,
    practice_id          bigint not null,
    patient_id           bigint not null,
    plan_id              bigint not null,
    responsible_party_id bigint not null,
    member_id            varchar(16) not null,
    group_no             varchar(12),
    priority             smallint not null,
    effective_from       date not null,
    effective_to         date,
    verification         varchar(16) not null,
    verified_at          timestamptz,
    remaining_max        numeric(12,2),
    created_at           timestamptz not null,
    updated_at           timestamptz not null
);
comment on table policy is 'Cover of one patient by one plan; responsible_party_id is the subscriber.';
comment on column policy.priority is '1 primary, 2 secondary.';
comment on column policy.effective_to is 'Last covered date. NULL: cover goes on.';
comment on column policy.verification is 'verified, no_ortho_benefit or unverified.';
comment on column policy.remaining_max is 'What was left of the lifetime maximum at verified_at. NULL: not verified.';

create table contract (
    contract_id         bigint primary key,
    practice_id         bigint not null,
    location_id         bigint not null,
    provider_id         bigint not null,
    patient_id          bigint not null,
    treatment_id        bigint not null,
    version             smallint not null,
    status              varchar(12) not null,
    presented_on        date not null,
    signed_at           timestamptz,
    entered_on          date,
    activated_on        date,
    ended_on            date,
    superseded_by       bigint,
    gross_fee           numeric(12,2) not null,
    discount_pif        numeric(12,2) not null,
    discount_family     numeric(12,2) not null,
    discount_other      numeric(12,2) not null,
    net_fee             numeric(12,2) not null,
    est_insurance       numeric(12,2) not null,
    down_payment        numeric(12,2) not null,
    periodic_fee        numeric(12,2) not null,
    n_periods           smallint not null,
    tx_months           smallint not null,
    risk_code           char(1) not null,
    payment_arrangement varchar(12) not null,
    start_origin        varchar(12) not null,
    original_fee_known  boolean not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
comment on table contract is 'A fee agreement for one treatment, versioned: a renegotiation writes a new row and points to it from the old one. A split contract is two concurrent chains of versions for one treatment, each with part of the fee: count treatments, sum fees.';
comment on column contract.treatment_id is 'pms.treatment.';
comment on column contract.version is '1 for the original; the row in force has superseded_by NULL.';
comment on column contract.status is 'Current state: proposal (never counts), signed (pending activation), active, completed, superseded, cancelled, transferred, charged_off.';
comment on column contract.entered_on is 'Local date on which version 1 was activated, repeated on every version: the date a contract counts as entered. NULL for proposals and contracts not yet active.';
comment on column contract.activated_on is 'Local date from which this version is in force. NULL: never activated. Usually the start date of the treatment, up to a month later when entered late.';
comment on column contract.ended_on is 'Local date from which this version is no longer in force (completed, superseded, cancelled, transferred, charged off). NULL: in force or not yet.';
comment on column contract.superseded_by is 'contract_id of the version that replaced this one on ended_on. NULL: this is the latest version.';
comment on column contract.gross_fee is 'Fee before discounts. 0 for $0 contracts (warranty, phase 2 included in phase 1).';
comment on column contract.net_fee is 'gross_fee less the three discounts = sum of contract_account.share_amount for the version in force.';
comment on column contract.est_insurance is 'Insurance part of net_fee as estimated when this version was written.';
comment on column contract.down_payment is 'Patient''s initial payment. For paid-in-full contracts the whole patient share.';
comment on column contract.periodic_fee is 'Regular instalment of the first patient account; 0 when paid in full.';
comment on column contract.n_periods is 'Number of periodic patient instalments; 0 when paid in full.';
comment on column contract.tx_months is 'Estimated months of treatment when this version was written.';
comment on column contract.payment_arrangement is 'pif (paid in full at start), in_house (instalments), third_party (financed elsewhere, paid at once), insurance (no patient share) or none ($0).';
comment on column contract.start_origin is 'exam, observation, phase_1 (additional start), transfer_in or retreat: exactly one per start.';
comment on column contract.original_fee_known is 'false: the row came from a conversion and its fees are the balance left at conversion, not the original fee.';

create table contract_account (
    account_id           bigint primary key,
    practice_id          bigint not null,
    contract_id          bigint not null,
    patient_id           bigint not null,
    payer_kind           payer_kind not null,
    responsible_party_id bigint,
    policy_id            bigint,
    payer_id             bigint,
    share_amount         numeric(12,2) not null,
    due_day              smallint,
    autopay              boolean not null,
    opened_on            date not null,
    closed_on            date,
    balance              numeric(12,2) not null,
    created_at           timestamptz not null,
    updated_at           timestamptz not null
);
comment on table contract_account is 'What one payer owes under a contract: one row per responsible party and per insurance policy. The account lives on through renegotiations.';
comment on column contract_account.contract_id is 'The version in force (moved on when a contract is renegotiated).';
comment on column contract_account.responsible_party_id is 'Set when payer_kind is responsible_party, else NULL.';
comment on column contract_account.policy_id is 'Set when payer_kind is insurance, else NULL; so is payer_id.';
comment on column contract_account.share_amount is 'Part of the contract''s net_fee this payer owes. Equals the sum of its initial, periodic and retention instalments that were not rescheduled.';
comment on column contract_account.due_day is 'Day of month of patient instalments, 1-31; 29-31 fall on the last day of shorter months. NULL for insurance.';
comment on column contract_account.autopay is 'Whether a live payment profile exists now; its history is in payment_profile.';
comment on column contract_account.closed_on is 'Local date on which the account was settled or ended. NULL: open.';
comment on column contract_account.balance is 'Current balance = sum of the account''s ledger amounts. Positive: the payer owes; negative: credit.';

create table instalment (
    instalment_id bigint primary key,
    practice_id   bigint not null,
    account_id    bigint not null,
    contract_id   bigint not null,
    seq           smallint not null,
    kind          instalment_kind not null,
    due_date      date not null,
    amount        numeric(12,2) not null,
    scheduled_on  date not null,
    ended_on      date,
    end_reason    varchar(12),
    status        varchar(12) not null,
    paid_amount   numeric(12,2) not null,
    paid_on       date,
    charge_txn_id bigint,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
comment on table instalment is 'A scheduled receivable, patient or insurance. At the end of date D a line is live when scheduled_on <= D and (ended_on is null or ended_on > D); its unpaid part is amount less the sum of its allocations with posted_on <= D. Live unpaid parts with due_date > D are not yet due, the others are due or past due by D - due_date days; less unallocated credit they make up the account balance.';
comment on column instalment.contract_id is 'The contract version that scheduled the line.';
comment on column instalment.kind is 'initial, periodic and retention make up the share; misc is a charge outside the share, such as a repair or what insurance did not pay (see charge_txn_id).';
comment on column instalment.due_date is 'Date due; for insurance the date on which the payment is expected.';
comment on column instalment.scheduled_on is 'First local date on which the line exists.';
comment on column instalment.ended_on is 'First local date on which nothing more is due on the line. NULL: still live (or fully paid).';
comment on column instalment.end_reason is 'rescheduled (replaced by lines of a new version; never has allocations), moved (to the patient, who has misc lines for it), waived (fee reduced), written_off (bad debt), carried (paid before go-live; ended on go-live, no allocations). NULL exactly when ended_on is NULL.';
comment on column instalment.status is 'Current state: scheduled, due, part_paid, paid, past_due, or the end_reason.';
comment on column instalment.paid_amount is 'Current sum of allocations.';
comment on column instalment.paid_on is 'Posting date on which the line became fully paid. NULL: not fully paid now.';
comment on column instalment.charge_txn_id is 'For kind misc the misc_charge or balance_transfer the line stands for (a balance_transfer may be spread over several lines), else NULL.';

create table payment_profile (
    profile_id           bigint primary key,
    practice_id          bigint not null,
    account_id           bigint not null,
    responsible_party_id bigint not null,
    method               varchar(4) not null,
    token                uuid not null,
    active_from          date not null,
    active_to            date,
    expires_on           date,
    live                 boolean not null,
    created_at           timestamptz not null,
    updated_at           timestamptz not null
);
comment on table payment_profile is 'A stored means of automatic payment for a patient account. Live at the end of date D when active_from <= D and (active_to is null or active_to > D).';
comment on column payment_profile.method is 'card or ach.';
comment on column payment_profile.active_to is 'First local date on which it can no longer be drafted (expired, revoked, replaced). NULL: live.';
comment on column payment_profile.expires_on is 'Last day of a card''s month of expiry. NULL for ach.';
comment on column payment_profile.live is 'Whether it can be drafted now: active_to is null.';

create table payment_attempt (
    attempt_id    bigint primary key,
    practice_id   bigint not null,
    account_id    bigint not null,
    instalment_id bigint not null,
    profile_id    bigint,
    attempt_no    smallint not null,
    attempted_at  timestamptz not null,
    method        varchar(8) not null,
    amount        numeric(12,2) not null,
    result        varchar(12) not null,
    result_at     timestamptz not null,
    reason_code   varchar(8),
    txn_id        bigint,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
comment on column payment_attempt.profile_id is 'NULL: not drafted (cash, check, card at the desk).';
comment on column payment_attempt.result is 'settled, declined, returned (NSF or ACH return after settlement) or charged_back.';
comment on column payment_attempt.reason_code is 'R01, R02... for ACH, NSF, EXPIRED, DO_NOT_H for cards. NULL when settled.';
comment on column payment_attempt.txn_id is 'The payment in the ledger. NULL when declined.';

create table transaction_code (
    practice_id  bigint not null,
    code         varchar(12) not null,
    label        text not null,
    txn_type     varchar(24) not null,
    renamed_from varchar(12),
    retired_on   date,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (practice_id, code)
);
comment on table transaction_code is 'A practice''s own codes for ledger transactions. A code should be retired, but some are deleted.';
comment on column transaction_code.renamed_from is 'The code this one replaced; older ledger rows keep the old code. NULL: never renamed.';
comment on column transaction_code.retired_on is 'Date since when the code is no longer used; practices also prefix its label with z. NULL: in use.';

create table code_mapping (
    mapping_id  bigint primary key,
    practice_id bigint not null,
    location_id bigint,
    code        varchar(12) not null,
    category    varchar(24) not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create unique index code_mapping_once on code_mapping (practice_id, coalesce(location_id, 0), code);
comment on table code_mapping is 'What a practice''s own ledger codes mean, as its people have said in the settings: which of the product''s categories a code counts in. The codes that every practice starts with need no row.';
comment on column code_mapping.location_id is 'The location that the row is about; it goes before a row about the whole practice. NULL: all locations.';
comment on column code_mapping.code is 'ledger_transaction.code. It may be a code that transaction_code lacks, when that was deleted there.';
comment on column code_mapping.category is 'A category of the product, such as repair, discount_other or payment_card.';

create table ledger_transaction (
    txn_id              bigint primary key,
    practice_id         bigint not null,
    location_id         bigint not null,
    provider_id         bigint not null,
    patient_id          bigint not null,
    account_id          bigint not null,
    contract_id         bigint not null,
    txn_type            varchar(24) not null,
    code                varchar(12) not null,
    amount              numeric(12,2) not null,
    posting_date        date not null,
    service_date        date not null,
    entered_at          timestamptz not null,
    finalised_at        timestamptz,
    reverses_id         bigint,
    pair_txn_id         bigint,
    instalment_id       bigint,
    affects_production  boolean not null,
    affects_collections boolean not null,
    method              varchar(12),
    memo                text,
    updated_at          timestamptz not null
);
comment on table ledger_transaction is 'The receivables ledger. The balance of an account at the end of date D is the sum of amount with posting_date <= D. Gross production: sum(amount) where affects_production and txn_type in (contract_fee, misc_charge). Production adjustments: sum(amount) where affects_production and any other type. Gross collections: -sum(amount) where txn_type in (patient_payment, insurance_payment, agency_receipt). Net collections: -sum(amount) where affects_collections.';
comment on column ledger_transaction.location_id is 'Location assigned to the patient at the time of the transaction.';
comment on column ledger_transaction.provider_id is 'Orthodontist assigned to the patient.';
comment on column ledger_transaction.account_id is 'contract_account; its payer_kind says whether patient or insurance.';
comment on column ledger_transaction.contract_id is 'Contract version in force at posting.';
comment on column ledger_transaction.txn_type is 'contract_fee (+, production), contract_charge (0: an instalment became due), misc_charge (+; production by code), fee_adjustment (+/-, production), discount (-; production by practice setting), contractual_write_off (-, production), bad_debt_write_off (-), patient_payment (-, collections), insurance_payment (-, collections), agency_receipt (-, collections: paid by a collection agency), refund (+, collections), nsf_return (+, collections, reverses_id), chargeback (+, collections, reverses_id), payment_correction (+, collections, reverses_id: keyed wrongly or taken back by the payer), transfer (+/- pair), courtesy_credit (-), balance_transfer (+/- pair: insurance to patient; on the insurance side it is allocated to the rest of one line, or ends whole lines as moved), balance_forward (+: what was owed at go-live).';
comment on column ledger_transaction.code is 'transaction_code.code of the practice, unless the code was deleted there.';
comment on column ledger_transaction.amount is 'Signed: + raises what the payer owes, - lowers it.';
comment on column ledger_transaction.posting_date is 'Local date on which the transaction counts. May lie before the date of entered_at: back-dated.';
comment on column ledger_transaction.service_date is 'Local date of the service or event that caused it; the other date basis of production.';
comment on column ledger_transaction.entered_at is 'When it was keyed or received.';
comment on column ledger_transaction.finalised_at is 'When the day was closed that contains it. NULL: not closed yet.';
comment on column ledger_transaction.reverses_id is 'txn_id of the payment this row takes back, in whole or part. NULL: not a reversal.';
comment on column ledger_transaction.pair_txn_id is 'The other half of a transfer or balance_transfer, else NULL; the two amounts add up to 0.';
comment on column ledger_transaction.instalment_id is 'The line a contract_charge or a misc_charge made due. NULL for other types.';
comment on column ledger_transaction.affects_production is 'Whether amount counts in production (gross or adjustment, by txn_type).';
comment on column ledger_transaction.affects_collections is 'Whether -amount counts in net collections.';
comment on column ledger_transaction.method is 'cash, check, card, ach, eft or finance for money received or returned, else NULL.';

create table allocation (
    allocation_id bigint primary key,
    practice_id   bigint not null,
    account_id    bigint not null,
    txn_id        bigint not null,
    instalment_id bigint not null,
    amount        numeric(12,2) not null,
    posted_on     date not null,
    created_at    timestamptz not null
);
comment on table allocation is 'Which line a credit pays. Append only: taking a payment back writes a negative row under the reversing transaction.';
comment on column allocation.txn_id is 'The payment, credit or contractual write-off (amount > 0), or the reversal (amount < 0).';
comment on column allocation.amount is 'Positive: pays the line; negative: opens it again.';
comment on column allocation.posted_on is 'posting_date of the transaction.';

create table claim (
    claim_id          bigint primary key,
    practice_id       bigint not null,
    location_id       bigint not null,
    patient_id        bigint not null,
    treatment_id      bigint not null,
    policy_id         bigint not null,
    payer_id          bigint not null,
    account_id        bigint,
    instalment_id     bigint,
    kind              varchar(16) not null,
    frequency_code    char(1) not null,
    original_claim_id bigint,
    status            varchar(16) not null,
    service_from      date not null,
    service_to        date not null,
    submitted_on      date,
    submitted_at      timestamptz,
    closed_on         date,
    charge            numeric(12,2) not null,
    est_pay           numeric(12,2) not null,
    paid_amount       numeric(12,2) not null,
    first_paid_on     date,
    payer_control_no  varchar(20),
    is_ortho          boolean not null,
    total_months      smallint,
    months_remaining  smallint,
    appliance_date    date,
    created_at        timestamptz not null,
    updated_at        timestamptz not null
);
comment on table claim is 'A claim or predetermination. Resubmission of the same claim after a rejection is a claim_event; a corrected claim is a row of its own with frequency_code 7 and original_claim_id.';
comment on column claim.account_id is 'Insurance account that the payment is due on. NULL for predeterminations.';
comment on column claim.instalment_id is 'Expected insurance instalment the claim is for. NULL for predeterminations.';
comment on column claim.kind is 'predetermination (no payment, never counted as submitted), initial, continuation or secondary.';
comment on column claim.frequency_code is '1 original, 7 replacement, 8 void.';
comment on column claim.status is 'Current state: draft, submitted, rejected (at the front end), accepted, pended, paid, part_paid, denied, reversed, corrected, closed.';
comment on column claim.submitted_on is 'Local date of first submission; claim_event has every one. NULL: not submitted.';
comment on column claim.charge is 'Amount billed.';
comment on column claim.est_pay is 'Amount expected from the payer.';
comment on column claim.paid_amount is 'Net paid until now, after reversals.';
comment on column claim.first_paid_on is 'Posting date of the first positive remittance. NULL: none.';
comment on column claim.months_remaining is 'For transfer patients, else NULL.';

create table claim_line (
    claim_line_id bigint primary key,
    practice_id   bigint not null,
    claim_id      bigint not null,
    line_no       smallint not null,
    cdt_code      char(5) not null,
    fee           numeric(12,2) not null,
    est_pay       numeric(12,2) not null,
    allowed       numeric(12,2),
    paid          numeric(12,2),
    deductible    numeric(12,2),
    write_off     numeric(12,2),
    carcs         text[],
    updated_at    timestamptz not null
);
comment on column claim_line.allowed is 'NULL, like paid, deductible, write_off and carcs, until adjudicated.';
comment on column claim_line.carcs is 'Claim adjustment reason codes with group, such as {CO-45,PR-119}.';

create table claim_event (
    claim_event_id bigint primary key,
    practice_id    bigint not null,
    claim_id       bigint not null,
    event_at       timestamptz not null,
    event_date     date not null,
    source         varchar(8) not null,
    category_code  varchar(4),
    status_code    varchar(6),
    entity_code    varchar(3),
    submission_no  smallint not null,
    note           text
);
comment on table claim_event is 'Everything that happened to a claim. Append only.';
comment on column claim_event.event_date is 'Local date of event_at.';
comment on column claim_event.source is '837D (a submission), 999, 277CA, 277, 835, portal or phone.';
comment on column claim_event.category_code is '277CA and 277: A0 A1 A2 accepted into adjudication, A3 A6 A7 A8 rejected, P0-P3 pending. 999: A accepted, R rejected. 835: CLP02 (1, 2 processed; 4 patient not recognised; 22 reversal; 25 predetermination). NULL for 837D, portal and phone.';
comment on column claim_event.submission_no is '1 for the first submission and what answers it, 2 for the second...';

create table remittance (
    remittance_id bigint primary key,
    practice_id   bigint not null,
    payer_id      bigint not null,
    reference_no  varchar(20) not null,
    method        varchar(8) not null,
    paid_on       date not null,
    received_on   date not null,
    amount        numeric(12,2) not null,
    created_at    timestamptz not null
);
comment on table remittance is 'A payment advice (835 or paper). Append only.';
comment on column remittance.reference_no is 'Check or EFT trace number.';
comment on column remittance.paid_on is 'The payer''s date.';
comment on column remittance.received_on is 'Local date on which it was received and posted; late remittances come weeks after paid_on.';
comment on column remittance.amount is 'Sum of the lines'' paid; negative when a payer takes money back.';

create table remittance_line (
    remittance_line_id bigint primary key,
    practice_id        bigint not null,
    remittance_id      bigint not null,
    claim_id           bigint,
    account_id         bigint not null,
    clp02              varchar(2) not null,
    charge             numeric(12,2) not null,
    paid               numeric(12,2) not null,
    patient_resp       numeric(12,2) not null,
    group_code         char(2),
    carc               varchar(5),
    carc_amount        numeric(12,2),
    posted_on          date not null,
    txn_id             bigint,
    created_at         timestamptz not null
);
comment on table remittance_line is 'The adjudication of one claim. A denial is paid = 0 with group_code other than PR, not a value of clp02.';
comment on column remittance_line.claim_id is 'NULL for continuation paid automatically, without a claim.';
comment on column remittance_line.clp02 is '1 primary, 2 secondary, 4 patient not recognised, 22 reversal of an earlier payment, 25 predetermination.';
comment on column remittance_line.paid is 'Negative for clp02 22.';
comment on column remittance_line.group_code is 'CO, PR, OA or PI of the main adjustment. NULL: paid as billed.';
comment on column remittance_line.carc is 'Claim adjustment reason code of the main adjustment: 119 maximum used, 27 cover ended, 26 before cover, 16 lacks information, 18 duplicate, 29 filed late, 6 age limit, 45 above fee schedule...';
comment on column remittance_line.posted_on is 'received_on of the remittance: the date on which the claim counts as adjudicated.';
comment on column remittance_line.txn_id is 'insurance_payment or payment_correction in the ledger. NULL when nothing was paid.';

create table day_close (
    location_id   bigint not null,
    business_date date not null,
    practice_id   bigint not null,
    closed_at     timestamptz not null,
    closed_by     bigint not null,
    charges       numeric(12,2) not null,
    receipts      numeric(12,2) not null,
    primary key (location_id, business_date)
);
comment on table day_close is 'A location closed its books for a day. Days without a row are open: the data of a location are complete through the last date before the first open weekday.';
comment on column day_close.closed_by is 'pms.staff.';
comment on column day_close.charges is 'Sum of positive ledger amounts posted to the date, and to the weekend before a Monday, when it was closed.';
comment on column day_close.receipts is 'Net collections posted likewise when it was closed; a back-dated entry makes the ledger differ from it.';

create table demo_clock (
    clock_id   smallint primary key,
    as_of      date not null,
    start_on   date not null,
    seed       bigint not null,
    practices  integer not null,
    months     integer not null,
    updated_at timestamptz not null
);
comment on table demo_clock is 'One row: the business date on which the generated history ends, the first day of it, and what it was generated from.';
