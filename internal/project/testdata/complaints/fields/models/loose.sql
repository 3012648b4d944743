/* archwire
description: x
key: []
*/
select 1