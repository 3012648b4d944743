/* archwire
description: A patient without a person - the patients dataset would leave it out.
*/
select p.practice_id, p.patient_id
from pms.patient p
left join pms.person h on h.practice_id = p.practice_id and h.person_id = p.person_id
where h.person_id is null
