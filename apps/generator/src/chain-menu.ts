import type { Random, Weighted } from './random.js';

/** A dish or drink as it stands on the menu of every location of the chain. */
export interface ChainMenuItem {
  readonly itemId: string;
  readonly name: string;
  readonly category: string;
  readonly priceCents: number;
}

/** Ten items in each of fifteen categories, the favourite first; prices in cents. */
const CATEGORIES = {
  Pizza:
    'Margherita Pizza 1899|Pepperoni Pizza 1999|Four Cheese Pizza 1949|Hawaiian Pizza 1999|BBQ Chicken Pizza 2099|Veggie Supreme Pizza 1899|Meat Lovers Pizza 2249|White Truffle Pizza 2349|Prosciutto Arugula Pizza 2299|Spicy Sausage Pizza 2049',
  Salad:
    'House Salad 899|Cobb Salad 1549|Greek Salad 1299|Southwest Salad 1449|Caesar Salad 1299|Spinach Berry Salad 1349|Kale Quinoa Salad 1399|Wedge Salad 1099|Asian Sesame Salad 1449|Burrata Salad 1499',
  Burger:
    'Classic Cheeseburger 1499|Bacon Burger 1649|Mushroom Swiss Burger 1599|Double Smash Burger 1749|Veggie Burger 1449|BBQ Burger 1649|Blue Cheese Burger 1699|Turkey Burger 1549|Jalapeño Burger 1599|Kids Burger 899',
  Pasta:
    'Spaghetti Bolognese 1749|Fettuccine Alfredo 1699|Penne alla Vodka 1649|Chicken Parmesan 1949|Lasagna 1849|Shrimp Linguine 2149|Mushroom Ravioli 1899|Pesto Gnocchi 1799|Cacio e Pepe 1599|Mac and Cheese 1399',
  Sandwich:
    'Turkey Club 1399|Philly Cheesesteak 1549|Grilled Chicken Sandwich 1449|Reuben 1499|French Dip 1599|Caprese Panini 1299|BLT 1199|Pulled Pork Sandwich 1449|Tuna Melt 1349|Grilled Cheese 999',
  Steak:
    'Ribeye 3899|New York Strip 3649|Filet Mignon 4249|Sirloin 2749|Steak Frites 2899|Prime Rib 3799|Skirt Steak 2649|Steak Tips 2449|T-Bone 4099|Chopped Steak 1949',
  Seafood:
    'Grilled Salmon 2549|Fish and Chips 1849|Shrimp Scampi 2349|Lobster Roll 2799|Crab Cakes 2449|Seared Tuna 2649|Blackened Catfish 2149|Fried Calamari Platter 1899|Cedar Plank Trout 2399|Clam Linguine 2249',
  Mexican:
    'Chicken Tacos 1349|Beef Burrito 1449|Carne Asada 1999|Chicken Quesadilla 1299|Fish Tacos 1499|Enchiladas 1549|Burrito Bowl 1399|Fajitas 1899|Veggie Tacos 1249|Tamales 1199',
  Appetizer:
    'Buffalo Wings 1349|Mozzarella Sticks 1049|Spinach Artichoke Dip 1199|Loaded Nachos 1299|Calamari 1399|Potato Skins 999|Bruschetta 949|Pretzel Bites 899|Stuffed Mushrooms 1099|Shrimp Cocktail 1499',
  Soup: 'Tomato Basil Soup 699|Chicken Noodle Soup 749|Clam Chowder 849|French Onion Soup 849|Minestrone 699|Lobster Bisque 1099|Chili 799|Broccoli Cheddar Soup 749|Butternut Squash Soup 749|Miso Soup 549',
  Side: 'French Fries 549|Sweet Potato Fries 649|Onion Rings 699|Coleslaw 399|Mashed Potatoes 549|Steamed Broccoli 499|Garlic Bread 549|Rice Pilaf 449|Side Salad 599|Baked Potato 549',
  Breakfast:
    'Buttermilk Pancakes 1149|Eggs Benedict 1449|Avocado Toast 1249|Breakfast Burrito 1199|French Toast 1199|Western Omelette 1299|Belgian Waffle 1149|Steak and Eggs 1899|Granola Bowl 949|Biscuits and Gravy 1049',
  Dessert:
    'Cheesecake 899|Chocolate Lava Cake 949|Apple Pie 799|Tiramisu 899|Ice Cream Sundae 749|Key Lime Pie 849|Brownie 699|Crème Brûlée 949|Bread Pudding 799|Cannoli 649',
  Beverage:
    'Fountain Soda 349|Iced Tea 349|Coffee 329|Lemonade 399|Sparkling Water 449|Hot Tea 299|Orange Juice 449|Cappuccino 499|Root Beer Float 599|Milkshake 699',
  Bar: 'Draft Beer 749|House Red Wine 949|House White Wine 949|Margarita 1199|Craft IPA 849|Old Fashioned 1349|Mojito 1249|Sangria 1099|Espresso Martini 1399|Bottled Beer 649',
} as const;

/** What people order: guests take one main each, and the rest with these probabilities. */
export const MAINS = [
  'Pizza',
  'Burger',
  'Pasta',
  'Sandwich',
  'Steak',
  'Seafood',
  'Mexican',
  'Breakfast',
  'Salad',
] as const;

type Category = keyof typeof CATEGORIES;

/** How often the item at a place of its category's list is ordered: the first about four times as often as the last. */
const popularityAt = (place: number): number => 1 / (place + 1) ** 0.6;

const MENU: ReadonlyMap<Category, Weighted<ChainMenuItem>> = new Map(
  Object.entries(CATEGORIES).map(([category, list], categoryPlace) => [
    category as Category,
    list.split('|').map((entry, place) => {
      const space = entry.lastIndexOf(' ');
      const item: ChainMenuItem = {
        itemId: `item_${(categoryPlace + 1) * 100 + place + 1}`,
        name: entry.slice(0, space),
        category,
        priceCents: Number(entry.slice(space + 1)),
      };
      return [item, popularityAt(place)] as const;
    }),
  ]),
);

/** Every item of the menu. */
export const CHAIN_MENU: readonly ChainMenuItem[] = [...MENU.values()].flat().map(([item]) => item);

function from(category: Category, random: Random): ChainMenuItem {
  return random.pickWeighted(MENU.get(category) ?? []);
}

const MAIN_SHARES: Weighted<Category> = MAINS.map((category, place) => [category, popularityAt(place)] as const);

/** What one guest orders: a main, mostly a drink, and sometimes more. */
export function mealOfOneGuest(random: Random): ChainMenuItem[] {
  const meal = [from(random.pickWeighted(MAIN_SHARES), random)];
  if (random.chance(0.82)) meal.push(from(random.chance(0.7) ? 'Beverage' : 'Bar', random));
  if (random.chance(0.25)) meal.push(from(random.chance(0.7) ? 'Appetizer' : 'Soup', random));
  if (random.chance(0.2)) meal.push(from('Side', random));
  if (random.chance(0.22)) meal.push(from('Dessert', random));
  return meal;
}
