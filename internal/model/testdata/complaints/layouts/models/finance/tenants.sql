/* archwire
description: The practices.
key: [practice_id]
*/
select practice_id, name, time_zone from rcm.practice
