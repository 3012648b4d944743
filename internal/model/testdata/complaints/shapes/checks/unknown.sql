/* archwire
description: Reads what is not there.
*/
select 1
from rcm.shape
where 'rcm.shape' = ''
