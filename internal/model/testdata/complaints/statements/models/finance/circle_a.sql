/* archwire
description: Half of a circle.
key: []
*/
select * from finance.circle_b
