select a.practice_id, d as day, c.location_id,
    case when exists (select from rcm.instalment i
                      where i.account_id = a.account_id and i.scheduled_on <= d and (i.ended_on is null or i.ended_on > d)
                          and d - i.due_date > 30
                          and i.amount > (select coalesce(sum(p.amount), 0) from rcm.allocation p
                                          where p.instalment_id = i.instalment_id and p.posted_on <= d))
         then 1 else 0 end as numerator,
    1 as denominator
from month_ends($1::date) as d
cross join rcm.contract_account a
join rcm.contract c on c.contract_id = a.contract_id
where a.payer_kind = 'responsible_party' and c.payment_arrangement = 'in_house' and a.opened_on <= d and (a.closed_on is null or a.closed_on > d)
    and exists (select from rcm.instalment i
                where i.account_id = a.account_id and i.due_date <= d and i.scheduled_on <= d
                    and (i.ended_on is null or i.ended_on > i.due_date and i.ended_on > i.scheduled_on))
