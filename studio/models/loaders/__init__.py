"""How a component's files become a module, safely: headers first, then one loader for each library."""
