/* archwire
description: Asks the clock.
key: [d]
*/
select current_date as d
