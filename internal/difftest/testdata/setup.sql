-- The terms that several definitions share, each said once. D is the last day
-- of a month, or the business date in the month that it lies in.

create function month_ends(as_of date) returns setof date stable language sql as $$
    select least((m + interval '1 month' - interval '1 day')::date, as_of)
    from generate_series(
        date_trunc('month', (select min(posting_date) from rcm.ledger_transaction)),
        date_trunc('month', as_of), interval '1 month') as m
$$;

-- Lines that are live at the end of d, with what is unpaid of them then.
create function live_lines_on(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
    payer_kind text, payer_id bigint, due_date date, unpaid numeric, instalment_id bigint, amount numeric) stable language sql as $$
    select i.practice_id, i.account_id, c.location_id, a.payer_kind::text, a.payer_id, i.due_date,
        i.amount - coalesce(paid.amount, 0), i.instalment_id, i.amount
    from rcm.instalment i
    cross join lateral (
        select sum(p.amount) as amount from rcm.allocation p
        where p.instalment_id = i.instalment_id and p.posted_on <= d
    ) paid
    left join rcm.contract_account a on a.account_id = i.account_id
    left join rcm.contract c on c.contract_id = a.contract_id
    where i.scheduled_on <= d and (i.ended_on is null or i.ended_on > d)
$$;

-- Accounts with their balance at the end of d.
create function balances_on(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
    payer_kind text, balance numeric) stable language sql as $$
    select a.practice_id, a.account_id, c.location_id, a.payer_kind::text, entries.balance
    from rcm.contract_account a
    cross join lateral (
        select sum(t.amount) as balance from rcm.ledger_transaction t
        where t.account_id = a.account_id and t.posting_date <= d
    ) entries
    left join rcm.contract c on c.contract_id = a.contract_id
$$;

create function ageing(days integer) returns text immutable language sql as $$
    select case when days = 0 then 'due today'
                when days between 1 and 30 then '1-30'
                when days between 31 and 60 then '31-60'
                when days between 61 and 90 then '61-90'
                when days between 91 and 120 then '91-120'
                when days between 121 and 180 then '121-180'
                when days > 180 then 'over 180' end
$$;

-- Patients who are active at the end of d, with the first day of that status.
create function active_on(d date) returns table (practice_id bigint, patient_id bigint, location_id bigint,
    category text, since date) stable language sql as $$
    select distinct on (s.patient_id) s.practice_id, s.patient_id, p.location_id, s.treatment_category::text, s.from_date
    from pms.status_history s
    left join pms.patient p on p.patient_id = s.patient_id
    where s.status = 'active' and s.from_date <= d and (s.to_date is null or s.to_date > d)
    order by s.patient_id, s.history_id desc
$$;

-- The three again, kept at the days that metrics ask for, because many do:
-- filled.sql says which days those are.
create table kept_line as select null::date as d, l.* from live_lines_on(null) l limit 0;
create table kept_balance as select null::date as d, b.* from balances_on(null) b limit 0;
create table kept_active as select null::date as d, a.* from active_on(null) a limit 0;
create index on kept_line (d, due_date);
create index on kept_balance (d);
create index on kept_active (d);

create function live_lines(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
    payer_kind text, payer_id bigint, due_date date, unpaid numeric, instalment_id bigint, amount numeric) stable language sql as $$
    select k.practice_id, k.account_id, k.location_id, k.payer_kind, k.payer_id, k.due_date, k.unpaid, k.instalment_id, k.amount
    from kept_line k where k.d = $1
$$;

create function balances(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
    payer_kind text, balance numeric) stable language sql as $$
    select k.practice_id, k.account_id, k.location_id, k.payer_kind, k.balance from kept_balance k where k.d = $1
$$;

create function active_at(d date) returns table (practice_id bigint, patient_id bigint, location_id bigint,
    category text, since date) stable language sql as $$
    select k.practice_id, k.patient_id, k.location_id, k.category, k.since from kept_active k where k.d = $1
$$;

-- Appointments; of those that are there twice, the first.
create table appointment_once as table pms.appointment with no data;
create index on appointment_once (patient_id, scheduled_start);

-- Whether somebody had an appointment after d, as the schedule was at the end
-- of d.
create function has_ahead(patient bigint, d date) returns boolean stable language sql as $$
    select exists (
        select from appointment_once a
        join rcm.location l on l.location_id = a.location_id
        where a.patient_id = patient and a.scheduled_start::date > d
            and (a.booked_at at time zone l.time_zone)::date <= d
            and (a.status = 'scheduled' or (a.status_at at time zone l.time_zone)::date > d))
$$;

-- The last day up to d on which somebody came; NULL: never.
create function last_seen(patient bigint, d date) returns date stable language sql as $$
    select max(a.scheduled_start::date)
    from appointment_once a
    where a.patient_id = patient and a.status in ('completed', 'walk_in') and a.scheduled_start::date <= d
$$;

-- The contract rows that say a contract was entered.
create view entered_row as
    select c.*, t.category, t.coordinator_id
    from rcm.contract c
    left join pms.treatment t on t.treatment_id = c.treatment_id
    where c.superseded_by is null and c.entered_on is not null and c.gross_fee > 0;

-- From the last day of a month, a month on is the last day of the next one.
create function add_months(d date, n integer) returns date immutable language sql as $$
    select case when d = (date_trunc('month', d) + interval '1 month' - interval '1 day')::date
                then (date_trunc('month', d) + (n + 1) * interval '1 month' - interval '1 day')::date
                else (d + n * interval '1 month')::date end
$$;

create function month_end(d date) returns date immutable language sql as $$
    select (date_trunc('month', d) + interval '1 month' - interval '1 day')::date
$$;

-- Original claims that cohorts are made of.
create view cohort_claim as
    select c.*
    from rcm.claim c
    join rcm.practice p on p.practice_id = c.practice_id
    where c.kind <> 'predetermination' and c.frequency_code = '1' and c.submitted_on >= p.go_live_date;

create function is_rejection(e rcm.claim_event) returns boolean immutable language sql as $$
    select (e.source = '999' and e.category_code = 'R')
        or (e.source in ('277CA', '277') and e.category_code in ('A3', 'A6', 'A7', 'A8'))
$$;

create function is_denial(r rcm.remittance_line) returns boolean immutable language sql as $$
    select r.clp02 in ('1', '2', '3') and r.paid = 0 and r.group_code is not null and r.group_code <> 'PR'
$$;

-- Insurance lines that are more than 30 days late at a month end without a claim
-- or a payment.
create function gaps(as_of date) returns table (practice_id bigint, day date, location_id bigint, payer_id bigint, amount numeric)
stable language sql as $$
    select l.practice_id, d, l.location_id, l.payer_id, l.amount
    from month_ends(as_of) as d
    cross join lateral live_lines(d) l
    where l.payer_kind = 'insurance' and d - l.due_date > 30 and l.unpaid = l.amount
        and not exists (select from rcm.claim c
                        where c.instalment_id = l.instalment_id and c.kind <> 'predetermination' and c.submitted_on <= d)
$$;

create function odds(payer_kind text, profile boolean, late integer) returns numeric immutable language sql as $$
    select case when payer_kind = 'insurance' then 0.97
                when late <= 0 then case when profile then 0.99 else 0.96 end
                when late <= 30 then case when profile then 0.95 else 0.85 end
                when late <= 60 then case when profile then 0.85 else 0.65 end
                when late <= 90 then case when profile then 0.70 else 0.45 end
                else case when profile then 0.40 else 0.15 end end
$$;

-- For each complete month: what was forecast of it at the month end that lies so
-- many months before its own, line by line, and what came on the accounts there
-- were then, receipt by receipt.
create function backtest(as_of date, ahead integer) returns table (practice_id bigint, day date, location_id bigint,
    payer_kind text, forecast numeric, came numeric) stable language sql as $$
    with month as (
        select p.practice_id, m as day, made.made_on
        from month_ends(as_of) as m
        cross join lateral (select (date_trunc('month', m) - (ahead - 1) * interval '1 month' - interval '1 day')::date as made_on) made
        join rcm.practice p on p.go_live_date <= made.made_on
        where m = month_end(m)
    ), live as materialized (
        select made_on, l.*, max(made_on - due_date) filter (where unpaid > 0) over (partition by made_on, account_id) as oldest
        from (select distinct made_on from month) made cross join lateral live_lines(made_on) l
        where l.due_date <= made_on + 31 * ahead -- later ones have no bearing
    )
    select m.practice_id, m.day, l.location_id, l.payer_kind, l.unpaid * odds(l.payer_kind, profile.live, coalesce(l.oldest, 0)), 0
    from month m
    join live l on l.made_on = m.made_on and l.practice_id = m.practice_id and month_end(l.due_date) = m.day
    cross join lateral (
        select count(*) > 0 as live from rcm.payment_profile f
        where f.account_id = l.account_id and f.active_from <= m.made_on and (f.active_to is null or f.active_to > m.made_on)
    ) profile
    union all
    select m.practice_id, m.day, c.location_id, a.payer_kind::text, 0, -t.amount
    from month m
    join rcm.ledger_transaction t on t.practice_id = m.practice_id and month_end(t.posting_date) = m.day
    join rcm.contract_account a on a.account_id = t.account_id and a.opened_on <= m.made_on
    join rcm.contract c on c.contract_id = a.contract_id
    where t.affects_collections
$$;

-- What each code means that a location has ever used: the first that is said, by
-- the practice of the location, by the practice, by the standard; of the code
-- itself, then of the one that it replaced.
create table standard_code as select * from (values
    ('TXFEE', 'treatment_fee'), ('INST', 'instalment_due'), ('RETAINER', 'retainer'), ('REPAIR', 'repair'),
    ('LATEFEE', 'late_fee'), ('NSFFEE', 'returned_payment_fee'), ('FEEADJ', 'fee_adjustment'), ('FEECRED', 'fee_adjustment'),
    ('DISCPIF', 'discount_paid_in_full'), ('DISCFAM', 'discount_family'), ('DISCOTH', 'discount_other'),
    ('INSWO', 'insurance_write_off'), ('BADDEBT', 'bad_debt'), ('PMTCC', 'payment_card'), ('PMTACH', 'payment_bank'),
    ('PMTCHK', 'payment_check'), ('PMTCASH', 'payment_cash'), ('PMTFIN', 'payment_finance'), ('INSPMT', 'payment_insurance'),
    ('AGENCY', 'payment_agency'), ('REFUND', 'refund'), ('NSF', 'payment_returned'), ('CHGBK', 'payment_charged_back'),
    ('PMTCORR', 'payment_corrected'), ('XFER', 'transfer'), ('COURTESY', 'courtesy_credit'),
    ('INS2PT', 'insurance_to_patient'), ('BALFWD', 'balance_forward')) as s (code, category);

create view code_meaning as
    select u.practice_id, u.location_id, u.code, coalesce((
        select said.category from (
            select 1 as turn, m.category from rcm.code_mapping m
            where m.practice_id = u.practice_id and m.code = u.code and m.location_id = u.location_id
            union all
            select 2, m.category from rcm.code_mapping m
            where m.practice_id = u.practice_id and m.code = u.code and m.location_id is null
            union all
            select 3, s.category from standard_code s where s.code = u.code
            union all
            select 4, m.category from rcm.code_mapping m
            join rcm.transaction_code c on c.practice_id = m.practice_id and c.renamed_from = m.code
            where c.practice_id = u.practice_id and c.code = u.code and m.location_id = u.location_id
            union all
            select 5, m.category from rcm.code_mapping m
            join rcm.transaction_code c on c.practice_id = m.practice_id and c.renamed_from = m.code
            where c.practice_id = u.practice_id and c.code = u.code and m.location_id is null
            union all
            select 6, s.category from standard_code s
            join rcm.transaction_code c on c.renamed_from = s.code
            where c.practice_id = u.practice_id and c.code = u.code
        ) said
        where said.category in (select category from standard_code)
        order by said.turn
        limit 1
    ), 'unmapped') as category
    from (select distinct practice_id, location_id, code from rcm.ledger_transaction) u;

-- The same, kept.
create table meanings as table code_meaning with no data;

-- The contract rows that say what was agreed at first.
create view agreed_row as
    select c.*, t.category, t.coordinator_id
    from rcm.contract c
    left join pms.treatment t on t.treatment_id = c.treatment_id
    where c.version = 1 and c.entered_on is not null and c.gross_fee > 0;

-- The Mondays to Fridays after one day and until another.
create function business_days(after date, until date) returns bigint immutable language sql as $$
    select count(*) from generate_series(after + 1, until, interval '1 day') d where extract(isodow from d) < 6
$$;

-- The day whose books take what is posted to d: of a weekend the Monday after.
create function books_of(d date) returns date immutable language sql as $$
    select d + case to_char(d, 'ID') when '6' then 2 when '7' then 1 else 0 end
$$;

-- The weekdays whose books a location has to close, from the first on which it
-- was open and its practice live.
create view book_day as
    select l.practice_id, l.location_id, d::date as business_date, c.closed_at, c.charges, c.receipts
    from rcm.location l
    join rcm.practice p on p.practice_id = l.practice_id
    cross join lateral generate_series(greatest(p.go_live_date, l.opened),
        least((select max(as_of) from rcm.demo_clock), l.closed - 1), interval '1 day') as d
    left join rcm.day_close c on c.location_id = l.location_id and c.business_date = d
    where to_char(d, 'ID') < '6';

-- When the last of the days that take a month's postings was closed; no row
-- while one of them is open or yet to come.
create view month_closing as
    with day as materialized (
        select * from book_day
    ), month as materialized (
        select m.month, month_end(m.month) as last, books_of(month_end(m.month)) as until
        from (select distinct date_trunc('month', business_date)::date as month from day) m
    )
    select b.location_id, m.month, max(b.closed_at) as closed_at
    from month m
    join day b on b.business_date between m.month and m.until
    join rcm.location l on l.location_id = b.location_id
    group by b.location_id, m.month, m.last, l.closed
    having bool_and(b.closed_at is not null)
        and (max(b.business_date) >= m.last or l.closed < m.month + interval '1 month');

-- The same, kept.
create table month_closed as table month_closing with no data;
