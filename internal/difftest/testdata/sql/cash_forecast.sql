select l.practice_id, l.due_date as day, l.location_id, l.payer_kind,
    l.unpaid * case
        when l.payer_kind = 'insurance' then 0.97
        when w.worst is null or w.worst <= 0 then case when f.profile then 0.99 else 0.96 end
        when w.worst <= 30 then case when f.profile then 0.95 else 0.85 end
        when w.worst <= 60 then case when f.profile then 0.85 else 0.65 end
        when w.worst <= 90 then case when f.profile then 0.70 else 0.45 end
        else case when f.profile then 0.40 else 0.15 end
    end as numerator
from live_lines($1::date) l
left join (
    -- How far the account's oldest unpaid line is past due.
    select account_id, max($1::date - due_date) as worst
    from live_lines($1::date)
    where unpaid > 0
    group by account_id
) w on w.account_id = l.account_id
cross join lateral (
    select exists (select from rcm.payment_profile p
                   where p.account_id = l.account_id and p.active_from <= $1::date
                       and (p.active_to is null or p.active_to > $1::date)) as profile
) f
where l.due_date > $1::date and l.due_date <= add_months($1::date, 24)
