/** A location of the chain. The n-th location is the same in every run, whatever the seed: it is master data. */
export interface ChainLocation {
  /** Counts from 1. */
  readonly number: number;
  /** `Chicago - River North`. */
  readonly name: string;
  /** `River North Location`: what the restaurants dialect calls it. */
  readonly restaurantName: string;
  /** Sales tax in basis points. */
  readonly taxBasisPoints: number;
}

/** Cities with their combined sales tax in basis points and districts where people eat out. */
const CITIES = [
  'Chicago|1025|River North|The Loop|Lincoln Park|Wicker Park|Hyde Park|West Loop',
  'New York|888|Midtown|SoHo|Upper West Side|Tribeca|Harlem|East Village',
  'Los Angeles|950|Downtown|Silver Lake|Venice|Koreatown|Westwood|Echo Park',
  'Houston|825|Montrose|The Heights|Galleria|Rice Village|EaDo|Memorial',
  'Phoenix|860|Arcadia|Roosevelt Row|Biltmore|Desert Ridge|Ahwatukee|Camelback East',
  'Philadelphia|800|Old City|Fishtown|Rittenhouse|Manayunk|University City|Northern Liberties',
  'San Antonio|825|River Walk|Pearl District|Southtown|Alamo Heights|Stone Oak|La Cantera',
  'San Diego|775|Gaslamp Quarter|Little Italy|La Jolla|North Park|Hillcrest|Pacific Beach',
  'Dallas|825|Deep Ellum|Uptown|Bishop Arts|Knox Henderson|Lower Greenville|Design District',
  'Austin|825|South Congress|Rainey Street|East Austin|The Domain|Zilker|Mueller',
  'Jacksonville|750|Riverside|San Marco|Southbank|Five Points|Avondale|Beaches',
  'San Francisco|863|Mission District|North Beach|Hayes Valley|Marina|SoMa|Noe Valley',
  'Columbus|750|Short North|German Village|Arena District|Italian Village|Clintonville|Easton',
  'Charlotte|725|South End|NoDa|Plaza Midwood|Dilworth|Ballantyne|Myers Park',
  'Indianapolis|700|Mass Ave|Broad Ripple|Fountain Square|Fletcher Place|Keystone|Irvington',
  'Seattle|1025|Capitol Hill|Ballard|Fremont|Pike Place|Queen Anne|Belltown',
  'Denver|881|LoDo|RiNo|Cherry Creek|Highlands|Washington Park|Union Station',
  'Boston|625|Back Bay|North End|Seaport|Beacon Hill|Fenway|South Boston',
  'Nashville|925|The Gulch|East Nashville|Germantown|Music Row|12 South|Hillsboro Village',
  'Portland|0|Pearl District West|Alberta|Hawthorne|Nob Hill|Sellwood|Division',
  'Las Vegas|838|The Strip|Fremont East|Summerlin|Arts District|Henderson|Chinatown',
  'Memphis|975|Beale Street|Cooper Young|Overton Square|Midtown Memphis|Harbor Town|East Memphis',
  'Louisville|600|NuLu|Highlands East|Butchertown|Frankfort Avenue|St Matthews|Old Louisville',
  'Baltimore|600|Fells Point|Inner Harbor|Federal Hill|Hampden|Canton|Mount Vernon',
  'Milwaukee|790|Third Ward|Bay View|Walker Point|Brady Street|East Side|Wauwatosa',
  'Albuquerque|763|Nob Hill East|Old Town|Uptown Plaza|Downtown Core|Journal Center|Sawmill',
  'Tucson|870|Fourth Avenue|Mercado|Catalina Foothills|Sam Hughes|Oro Valley|Armory Park',
  'Sacramento|875|Midtown Grid|East Sacramento|Old Sacramento|Land Park|R Street|Oak Park',
  'Kansas City|899|Crossroads|Westport|Power and Light|Brookside|Country Club Plaza|River Market',
  'Atlanta|890|Buckhead|Inman Park|Virginia Highland|Old Fourth Ward|Decatur|West Midtown',
  'Omaha|700|Old Market|Benson|Dundee|Aksarben|Blackstone|Midtown Crossing',
  'Miami|700|Wynwood|Brickell|Coconut Grove|Little Havana|South Beach|Coral Gables',
  'Minneapolis|903|North Loop|Northeast|Lake Street|St Anthony Main|Linden Hills|Loring Park',
  'New Orleans|945|French Quarter|Garden District|Bywater|Warehouse District|Marigny|Mid City',
  'Cleveland|800|Ohio City|Tremont|Little Italy East|Gordon Square|University Circle|The Flats',
  'Tampa|750|Ybor City|Hyde Park Village|Channelside|Seminole Heights|Westshore|SoHo Tampa',
  'Pittsburgh|700|Strip District|Lawrenceville|Shadyside|South Side|Squirrel Hill|East Liberty',
  'Cincinnati|780|Over-the-Rhine|Mount Adams|Oakley|Northside|The Banks|Hyde Park Square',
  'Orlando|650|Thornton Park|Mills 50|Winter Park|International Drive|Lake Nona|Audubon Park',
  'St Louis|968|Central West End|Soulard|The Hill|Delmar Loop|Lafayette Square|Clayton',
] as const;

/** Where every city has a restaurant, once the districts above are taken. */
const ANYWHERE = [
  'Airport|Convention Center|Riverfront|University District|Medical Center|Stadium District|Northgate|Southgate|Eastgate|Westgate',
  'Main Street|Market Square|Lakeside|Parkway|Harbor View|Hilltop|Meadowbrook|Oak Grove|Maple Avenue|Cedar Heights',
  'Union Square|Garden Plaza|Town Center|Railway Station|Museum District|Theater District|Fairgrounds|Mill Creek|Sunset|Summit',
].flatMap((line) => line.split('|'));

const cities = CITIES.map((line) => {
  const [name = '', tax = '0', ...districts] = line.split('|');
  return { name, taxBasisPoints: Number(tax), districts: [...districts, ...ANYWHERE] };
});

/** The n-th location, counted from 1: first every city once, then their second districts, and so on without end. */
export function chainLocation(number: number): ChainLocation {
  const index = number - 1;
  const city = cities[index % cities.length];
  if (city === undefined || !Number.isSafeInteger(number)) throw new Error(`There is no location number ${number}.`);
  const round = Math.floor(index / cities.length);
  const district = city.districts[round % city.districts.length] ?? '';
  const timesRound = Math.floor(round / city.districts.length);
  const suffix = timesRound === 0 ? '' : ` ${timesRound + 1}`;
  return {
    number,
    name: `${city.name} - ${district}${suffix}`,
    restaurantName: `${district} Location${suffix}`,
    taxBasisPoints: city.taxBasisPoints,
  };
}
