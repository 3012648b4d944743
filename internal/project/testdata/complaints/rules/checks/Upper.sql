/* archwire
description: x
*/
select 1