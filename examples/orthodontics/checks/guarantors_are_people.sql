/* archwire
description: A responsible party that the practice-management system does not know as a person of that practice.
*/
select g.practice_id, g.responsible_party_id
from rcm.responsible_party g
left join pms.person h on h.practice_id = g.practice_id and h.person_id = g.person_id
where h.person_id is null
