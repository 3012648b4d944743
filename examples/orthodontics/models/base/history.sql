/* archwire
description: The first day of the history - the first day any practice was on the platform or had a ledger row. One row for all practices, so that month ends are the same everywhere.
key: []
*/
select least(p.first_day, l.first_day) as first_day
from (select min(go_live_date) as first_day from rcm.practice) p
cross join (select min(posting_date) as first_day from rcm.ledger_transaction) l
