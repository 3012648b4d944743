/* archwire
- a
*/
select 1