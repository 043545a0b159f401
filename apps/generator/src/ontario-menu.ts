import type { OntarioCategory } from './ontario-events.js';
import type { Random, Weighted } from './random.js';

/** A dish or drink on the menu of the Ontario restaurants. */
export interface OntarioMenuItem {
  readonly itemId: string;
  readonly name: string;
  readonly category: OntarioCategory;
  readonly priceCents: number;
}

/** The times of day that decide what people feel like, by the local hour in which each begins; the night ends at 5. */
const DAYPARTS = ['morning', 'midday', 'afternoon', 'evening', 'night'] as const;
export type Daypart = (typeof DAYPARTS)[number];

export function daypart(localHour: number): Daypart {
  if (localHour >= 5 && localHour < 11) return 'morning';
  if (localHour >= 11 && localHour < 15) return 'midday';
  if (localHour >= 15 && localHour < 17) return 'afternoon';
  if (localHour >= 17 && localHour < 22) return 'evening';
  return 'night';
}

interface CategoryPlan {
  /** The price range of the category, in cents, both included. */
  readonly priceCents: { readonly least: number; readonly most: number };
  /** How often the category is chosen in the morning, at midday, in the afternoon, in the evening, at night. */
  readonly weights: readonly [morning: number, midday: number, afternoon: number, evening: number, night: number];
  /** Names and prices in cents. */
  readonly items: string;
}

const plan = (least: number, most: number, weights: CategoryPlan['weights'], items: string): CategoryPlan => ({
  priceCents: { least, most },
  weights,
  items,
});

/** Coffee and breakfast belong to the morning, soups and sandwiches to midday, entrees and alcohol to the evening. */
// prettier-ignore
export const CATEGORY_PLANS: Readonly<Record<OntarioCategory, CategoryPlan>> = {
  Coffee: plan(225, 675, [30, 8, 16, 3, 6], 'Drip Coffee 225|Double Double 250|Americano 375|Latte 495|Maple Cappuccino 575|Iced Mocha 650'),
  Tea: plan(225, 550, [9, 4, 9, 2, 4], 'Orange Pekoe 225|Green Tea 275|Peppermint Tea 275|London Fog 525|Chai Latte 550'),
  Breakfast: plan(625, 1895, [28, 4, 2, 1, 3], 'Egg and Cheese Bun 625|Steel-Cut Oatmeal 795|Peameal Bacon Sandwich 1095|Buttermilk Pancakes 1395|Eggs Benedict 1695|Lumberjack Breakfast 1895'),
  Bakery: plan(275, 750, [16, 5, 14, 2, 3], 'Butter Tart 325|Doughnut Holes 275|Blueberry Scone 395|Cinnamon Bun 475|Almond Croissant 525|Cheese Danish 450'),
  Appetizer: plan(895, 1895, [1, 8, 7, 12, 13], 'Poutine 1095|Chicken Wings 1695|Spring Rolls 895|Spinach Dip 1395|Fried Pickles 995|Smoked Trout Crostini 1895'),
  Soup: plan(595, 1195, [1, 9, 4, 5, 4], 'Split Pea Soup 595|Tomato Bisque 695|Chicken Noodle Soup 745|French Onion Soup 995|Lobster Bisque 1195'),
  Salad: plan(895, 1795, [1, 11, 4, 7, 3], 'Garden Salad 895|Caesar Salad 1195|Harvest Salad 1395|Roasted Beet Salad 1445|Grilled Chicken Cobb 1795'),
  Sandwich: plan(995, 1895, [3, 19, 10, 5, 10], 'Grilled Cheese 995|Turkey Club 1495|Montreal Smoked Meat 1695|Veggie Wrap 1295|Crispy Chicken Sandwich 1595|Steak Sandwich 1895'),
  Entree: plan(1695, 4000, [1, 13, 7, 26, 12], 'Fish and Chips 1695|Butter Chicken 1995|Mushroom Risotto 2195|Lake Erie Perch 2695|Maple Glazed Salmon 2895|Braised Short Rib 3295|AAA Ribeye 4000'),
  Side: plan(350, 895, [4, 6, 5, 7, 9], 'Hash Browns 350|French Fries 495|Onion Rings 695|Mac and Cheese 845|Truffle Fries 895|Seasonal Vegetables 595'),
  Dessert: plan(550, 1195, [1, 4, 8, 8, 6], 'Nanaimo Bar 550|Apple Crisp 795|Sticky Toffee Pudding 995|Maple Cheesecake 1095|Chocolate Torte 1195'),
  'Soft Drink': plan(225, 595, [4, 7, 11, 6, 8], 'Fountain Pop 275|Ginger Ale 275|Still Water 225|Iced Tea 325|Sparkling Cider 595|Lemonade 375'),
  Alcohol: plan(650, 1800, [1, 2, 3, 16, 19], 'Domestic Lager 650|Craft Pale Ale 825|VQA Riesling 1150|VQA Pinot Noir 1350|Classic Caesar 1250|Niagara Icewine 1800'),
};

const entries = Object.entries(CATEGORY_PLANS) as [OntarioCategory, CategoryPlan][];

const ITEMS: ReadonlyMap<OntarioCategory, readonly OntarioMenuItem[]> = new Map(
  entries.map(([category, { items }], categoryPlace) => [
    category,
    items.split('|').map((entry, place) => {
      const space = entry.lastIndexOf(' ');
      return {
        itemId: `ITM-${String(categoryPlace * 10 + place + 1).padStart(3, '0')}`,
        name: entry.slice(0, space),
        category,
        priceCents: Number(entry.slice(space + 1)),
      };
    }),
  ]),
);

/** Every item of the menu. */
export const ONTARIO_MENU: readonly OntarioMenuItem[] = [...ITEMS.values()].flat();

/** How often each category is chosen at a time of day. */
export const CATEGORY_SHARES: ReadonlyMap<Daypart, Weighted<OntarioCategory>> = new Map(
  DAYPARTS.map((part, column) => [
    part,
    entries.map(([category, { weights }]) => [category, weights[column] ?? 0] as const),
  ]),
);

/** One piece that a guest orders at this time of day. */
export function chooseItem(part: Daypart, random: Random): OntarioMenuItem {
  const category = random.pickWeighted(CATEGORY_SHARES.get(part) ?? []);
  return random.pick(ITEMS.get(category) ?? []);
}
