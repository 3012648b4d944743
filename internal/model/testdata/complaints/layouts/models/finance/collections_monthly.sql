/* archwire
description: Money received per practice and month, up to the business date.
key: [practice_id, month]
tenant: practice_id
*/
with d as (select * from finance.collections_daily)
select d.practice_id, date_trunc('month', d.business_date)::date as month, sum(d.net_amount) as net_amount, count(*) as days
from d join archwire.run r on d.business_date <= r.as_of
group by 1, 2
