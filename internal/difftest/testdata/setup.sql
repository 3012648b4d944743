-- The terms that several definitions share, each said once. D is the last day
-- of a month, or the business date in the month that it lies in.

create function month_ends(as_of date) returns setof date stable language sql as $$
    select least((m + interval '1 month' - interval '1 day')::date, as_of)
    from generate_series(
        date_trunc('month', (select min(posting_date) from rcm.ledger_transaction)),
        date_trunc('month', as_of), interval '1 month') as m
$$;

-- Lines that are live at the end of d, with what is unpaid of them then.
create function live_lines(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
    payer_kind text, payer_id bigint, due_date date, unpaid numeric) stable language sql as $$
    select i.practice_id, i.account_id, c.location_id, a.payer_kind::text, a.payer_id, i.due_date,
        i.amount - coalesce(paid.amount, 0)
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
create function balances(d date) returns table (practice_id bigint, account_id bigint, location_id bigint,
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

-- The contract rows that say a contract was entered.
create view entered_row as
    select c.*, t.category
    from rcm.contract c
    left join pms.treatment t on t.treatment_id = c.treatment_id
    where c.superseded_by is null and c.entered_on is not null and c.gross_fee > 0;

-- From the last day of a month, a month on is the last day of the next one.
create function add_months(d date, n integer) returns date immutable language sql as $$
    select case when d = (date_trunc('month', d) + interval '1 month' - interval '1 day')::date
                then (date_trunc('month', d) + (n + 1) * interval '1 month' - interval '1 day')::date
                else (d + n * interval '1 month')::date end
$$;
